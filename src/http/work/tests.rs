//! Is work admitted, bounded and survived?

use std::sync::mpsc;

use super::*;

const LONG: Duration = Duration::from_secs(30);

fn slots(n_slots: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(n_slots))
}

#[track_caller]
fn check(answer: Answer, expect: Result<&str, u16>) {
    let answer = answer.map(|JsonBytes(bytes)| String::from_utf8_lossy(&bytes).into_owned());
    assert_eq!(answer.as_deref().map_err(|problem| problem.status().as_u16()), expect);
}

#[tokio::test]
async fn answers_are_json() {
    check(answer_within(LONG, &slots(1), || Ok(["名录"])).await, Ok("[\"名录\"]"));
}

#[tokio::test]
async fn problems_pass() {
    let refuse = || Err::<(), _>(Problem::new(&super::super::problem::NOT_FOUND, "nothing"));
    check(answer_within(LONG, &slots(1), refuse).await, Err(404));
}

#[tokio::test]
async fn without_a_slot_nothing_is_begun() {
    check(answer_within(LONG, &slots(0), || Ok(())).await, Err(503));
}

#[tokio::test]
async fn a_panic_is_a_failure_and_gives_its_slot_back() {
    let slots = slots(1);
    let nothing: Option<u8> = None;
    check(answer_within(LONG, &slots, move || Ok(nothing.expect("this test panics"))).await, Err(500));
    check(answer_within(LONG, &slots, || Ok(1)).await, Ok("1"));
}

#[tokio::test]
async fn late_work_keeps_its_slot_until_it_ends() {
    let slots = slots(1);
    let (begun, has_begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let late = move || {
        begun.send(()).expect("the test waits");
        let _ = may_go_on.recv();
        Ok(())
    };
    check(answer_within(Duration::from_millis(50), &slots, late).await, Err(504));
    if has_begun.recv_timeout(LONG).is_ok() {
        check(answer_within(LONG, &slots, || Ok(())).await, Err(503));
    }
    drop(go_on);
    let slot = timeout(LONG, slots.acquire()).await;
    assert!(slot.is_ok(), "the slot comes back");
}
