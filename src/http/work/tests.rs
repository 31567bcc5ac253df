//! Is work admitted, bounded and survived?

use std::sync::mpsc;

use tokio::time::timeout;

use super::super::problem::NOT_FOUND;
use super::*;

const LONG: Duration = Duration::from_secs(30);

fn slots(n_slots: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(n_slots))
}

/// A job of one step.
async fn work(
    slots: &Arc<Semaphore>,
    time_max: Duration,
    compute: impl FnOnce() -> Result<u8, Problem> + Send + 'static,
) -> Result<u8, u16> {
    let result = async { Pass::new(slots, time_max)?.step(compute).await }.await;
    result.map_err(|problem: Problem| problem.status().as_u16())
}

#[test]
fn answers_are_json() {
    let answer = to_json(&["名录"]).map(|JsonBytes(bytes)| bytes);
    assert_eq!(answer, Ok("[\"名录\"]".into()));
}

#[tokio::test]
async fn results_and_problems_pass() {
    assert_eq!(work(&slots(1), LONG, || Ok(1)).await, Ok(1));
    assert_eq!(work(&slots(1), LONG, || Err(Problem::new(&NOT_FOUND, "nothing"))).await, Err(404));
}

#[tokio::test]
async fn without_a_slot_nothing_is_begun() {
    assert_eq!(work(&slots(0), LONG, || Ok(1)).await, Err(503));
}

#[tokio::test]
async fn a_panic_is_a_failure_and_gives_its_slot_back() {
    let slots = slots(1);
    assert_eq!(work(&slots, LONG, || panic!("this test panics")).await, Err(500));
    assert_eq!(work(&slots, LONG, || Ok(1)).await, Ok(1));
}

#[tokio::test]
async fn all_steps_share_a_slot_and_a_deadline() {
    let slots = slots(1);
    let pass = Pass::new(&slots, LONG).expect("the slot is free");
    for n_step in 0..3 {
        assert_eq!(pass.step(move || Ok(n_step)).await, Ok(n_step));
        assert_eq!(work(&slots, LONG, || Ok(1)).await, Err(503), "between steps the slot is kept");
    }
    drop(pass);
    assert_eq!(work(&slots, LONG, || Ok(1)).await, Ok(1));
}

#[tokio::test]
async fn late_work_keeps_its_slot_until_it_ends() {
    let slots = slots(1);
    let (begun, has_begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let late = move || {
        begun.send(()).expect("the test waits");
        let _ = may_go_on.recv();
        Ok(1)
    };
    assert_eq!(work(&slots, Duration::from_millis(50), late).await, Err(504));
    // On a machine so busy that the work was not even begun, it is out of the queue by now.
    if has_begun.try_recv().is_ok() {
        assert_eq!(work(&slots, LONG, || Ok(1)).await, Err(503));
    }
    drop(go_on);
    assert!(timeout(LONG, slots.acquire()).await.is_ok(), "the slot comes back");
}

#[tokio::test]
async fn turns_are_waited_for_until_the_deadline() {
    let (slots, turns) = (slots(2), Semaphore::new(1));
    let first = Pass::new(&slots, LONG).expect("a slot is free");
    let second = Pass::new(&slots, Duration::from_millis(1)).expect("another slot is free");
    let turn = first.turn(&turns).await;
    assert!(turn.is_ok());
    let refused = second.turn(&turns).await.map(|_| ()).map_err(|problem| problem.status().as_u16());
    assert_eq!(refused, Err(504));
    drop(turn);
    assert!(first.turn(&turns).await.is_ok());
}
