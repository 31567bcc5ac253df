//! How does the service end?

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use minglu::http::ServeOptions;

use super::app::{self, TestApp, talk};

const PATIENCE: Duration = Duration::from_secs(30);

/// Asks again and again until it is so.
#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "{what}");
        std::thread::yield_now();
    }
}

#[test]
fn a_running_request_is_finished() {
    let mut app = TestApp::start();
    let mut stream = app.connect().expect("the server accepts");
    let body = r#"{"values": {"name": "深圳华章印刷有限公司"}}"#;
    let head = format!("POST /v1/resolve HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).expect("the server reads");
    wait_until("the request is begun", || app.get("/metrics").text.contains("minglu_http_requests_in_flight 2"));

    app.tell_to_stop();
    wait_until("nothing new is accepted", || app.connect().is_none());
    let answer = talk(&mut stream, body.as_bytes());

    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("深圳华章印刷有限公司"), "{answer}");
    app.wait_for_end().expect("the server ends well");
}

#[test]
fn idle_connections_do_not_delay_the_end() {
    let mut app = TestApp::start();
    let _idle = app.connect().expect("the server accepts");
    app.get("/healthz").json();
    app.tell_to_stop();
    let started = Instant::now();
    app.wait_for_end().expect("the server ends well");
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[test]
fn a_taken_address_is_an_error_with_advice() {
    let app = TestApp::start();
    let address = app.connect().and_then(|stream| stream.peer_addr().ok()).expect("the server accepts");
    let register = app::register();
    let registry = minglu::registry::Registry::open(&app::data_dir(&register)).expect("a register can be opened twice");
    let options = ServeOptions { listen: address, public_url: None };
    let error = minglu::http::serve(registry, options, |_| {}).expect_err("the address is taken");
    assert!(error.to_string().contains("choose another address"), "{error}");
}

#[test]
fn the_program_ends_with_0_on_sigterm() {
    let register = app::own_register();
    let mut program = Command::new(env!("CARGO_BIN_EXE_minglu"));
    program.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(app::data_dir(&register));
    let mut program = program.stderr(Stdio::piped()).spawn().expect("the program starts");
    let stderr = program.stderr.take().expect("it is piped");
    let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
    let serving = lines.find(|line| line.contains("http://")).expect("the program says where it serves");
    let address = serving.split("http://").nth(1).expect("an address").trim().to_owned();

    let health = ureq::get(format!("http://{address}/healthz")).call().expect("the program answers");
    assert_eq!(health.status(), 200);
    let killed = Command::new("kill").args(["-TERM", &program.id().to_string()]).status().expect("there is a kill");
    assert!(killed.success());
    assert_eq!(program.wait().expect("the program ends").code(), Some(0));
}
