//! A server for one test, and a client that asserts.
//!
//! Each test has a server of its own, so that counters and stops are its own; the register behind those that only read is
//! built once and shared.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Weak, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use minglu::config::Config;
use minglu::error::Result;
use minglu::http::{ServeOptions, Served};
use minglu::living::Living;
use minglu::progress::Quiet;
use minglu::registry::Registry;
use minglu::{http, pipeline};
use minglu_graph::store::Durability;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;
use ureq::Body;
use ureq::http::{HeaderName, HeaderValue, Request, Response};

/// After this a test has failed instead of hanging.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server.
pub(super) struct TestApp {
    address: SocketAddr,
    agent: ureq::Agent,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<Result<()>>>,
    _register: Arc<TempDir>,
}

/// What a server answered.
pub(super) struct Reply {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) text: String,
}

impl TestApp {
    /// Serves the tiny register on a free port.
    pub(super) fn start() -> TestApp {
        TestApp::start_with(register())
    }

    /// Serves a register on a free port.
    pub(super) fn start_with(register: Arc<TempDir>) -> TestApp {
        let registry = Registry::open(&data_dir(&register)).expect("the register was just built");
        TestApp::serve(registry.into(), register)
    }

    /// Serves a register for reading and writing, once the search index is as far.
    pub(super) fn start_living(register: Arc<TempDir>) -> TestApp {
        let living = Living::open(&data_dir(&register), Durability::Synced).expect("nobody else writes");
        let app = TestApp::serve(living.into(), register);
        let started = Instant::now();
        while app.get("/readyz").status != 200 {
            assert!(started.elapsed() < PATIENCE, "the index catches up");
        }
        app
    }

    fn serve(served: Served, register: Arc<TempDir>) -> TestApp {
        let (stop, stopped) = oneshot::channel();
        let (ready, address) = mpsc::channel();
        let server = std::thread::spawn(move || {
            let ready = |address| ready.send(address).expect("the test waits for the address");
            let listen = "127.0.0.1:0".parse().expect("an address");
            http::serve_until(served, ServeOptions { listen, public_url: None }, ready, async {
                let _ = stopped.await;
            })
        });
        let address = address.recv_timeout(PATIENCE).expect("the server starts");
        let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
        let agent = config.max_redirects(0).allow_non_standard_methods(true).build().into();
        TestApp { address, agent, stop: Some(stop), server: Some(server), _register: register }
    }

    /// Asks with a method and a body.
    pub(super) fn send(&self, method: &str, path: &str, content_type: &str, body: &str) -> Reply {
        let request = Request::builder().method(method).uri(self.url(path)).header("content-type", content_type);
        let request = request.body(body.to_owned()).expect("a valid request");
        Reply::of(self.agent.run(request))
    }

    /// Asks with a method, headers and a body.
    pub(super) fn send_as(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let request = Request::builder().method(method).uri(self.url(path));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        Reply::of(self.agent.run(request.body(body.to_owned()).expect("a valid request")))
    }

    /// Asks for an address that is already encoded.
    pub(super) fn get(&self, path: &str) -> Reply {
        Reply::of(self.agent.get(self.url(path)).call())
    }

    /// Asks for an address that is already encoded, with headers.
    pub(super) fn get_as(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        let request =
            headers.iter().fold(self.agent.get(self.url(path)), |request, (name, value)| request.header(*name, *value));
        Reply::of(request.call())
    }

    /// Asks for an address with parameters, which are encoded here.
    pub(super) fn get_with(&self, path: &str, parameters: &[(&str, &str)]) -> Reply {
        let pairs: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.get(&format!("{path}?{}", pairs.join("&")))
    }

    /// Asks who something is.
    pub(super) fn resolve(&self, body: &Value) -> Reply {
        self.send("POST", "/v1/resolve", "application/json", &body.to_string())
    }

    /// The id of the entity of a record.
    pub(super) fn entity_of(&self, source: &str, id: &str) -> String {
        let reply = self.get(&format!("{}/entity", record_path(source, id)));
        reply.json()["id"].as_str().expect("an entity has an id").to_owned()
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A connection on which the test speaks HTTP itself.
    pub(super) fn connect(&self) -> Option<TcpStream> {
        let stream = TcpStream::connect(self.address).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).expect("a connected stream takes a timeout");
        Some(stream)
    }

    /// Tells the server to stop.
    pub(super) fn tell_to_stop(&mut self) {
        self.stop.take().expect("told once").send(()).expect("the server listens");
    }

    /// What the server said at its end.
    pub(super) fn wait_for_end(&mut self) -> Result<()> {
        self.server.take().expect("waited for once").join().expect("the server does not panic")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        let ended = self.server.take().map(|server| server.join());
        // A second panic would hide the first.
        if !std::thread::panicking() {
            assert!(!matches!(ended, Some(Err(_) | Ok(Err(_)))), "the server ends well: {ended:?}");
        }
    }
}

impl Reply {
    fn of(answered: std::result::Result<Response<Body>, ureq::Error>) -> Reply {
        let mut response = answered.expect("the server answers");
        let text = response.body_mut().read_to_string().expect("the server answers with text");
        let pair = |(name, value): (&HeaderName, &HeaderValue)| {
            (name.to_string(), value.to_str().expect("headers are ASCII").to_owned())
        };
        Reply { status: response.status().as_u16(), headers: response.headers().iter().map(pair).collect(), text }
    }

    /// The body as JSON of a good answer.
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/json");
        serde_json::from_str(&self.text).expect("an answer is JSON")
    }

    /// Asserts a refusal and gives its detail.
    #[track_caller]
    pub(super) fn problem(&self, status: u16, name: &str) -> String {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let problem: Value = serde_json::from_str(&self.text).expect("a problem is JSON");
        assert_eq!(problem["type"], format!("https://minglu.invalid/problems/{name}"), "{}", self.text);
        assert_eq!(problem["status"], status);
        assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()));
        problem["detail"].as_str().expect("a problem has a detail").to_owned()
    }

    /// A header, empty if there is none.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// The address of a record.
pub(super) fn record_path(source: &str, id: &str) -> String {
    format!("/v1/sources/{}/records/{}", encoded(source), encoded(id))
}

/// Percent-encodes all but letters and digits.
pub(super) fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => (byte as char).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// Sends bytes and reads until the server closes.
pub(super) fn talk(stream: &mut TcpStream, bytes: &[u8]) -> String {
    stream.write_all(bytes).expect("the server reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the server answers and closes");
    String::from_utf8_lossy(&answer).into_owned()
}

/// The data directory of the shared register, for tests that start the program itself.
pub(super) fn data_dir(register: &TempDir) -> PathBuf {
    register.path().join("data")
}

/// The shared register: built by the first test that needs it, removed after the last.
pub(super) fn register() -> Arc<TempDir> {
    static SHARED: Mutex<Weak<TempDir>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().expect("building a register does not panic");
    if let Some(register) = shared.upgrade() {
        return register;
    }
    let register = Arc::new(build_register());
    *shared = Arc::downgrade(&register);
    register
}

/// A register of a test's own, which may be written.
pub(super) fn own_register() -> Arc<TempDir> {
    Arc::new(build_register())
}

fn build_register() -> TempDir {
    let dir = tempfile::tempdir().expect("there is room for a temporary directory");
    let delivered = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http/register");
    let config = Config::read(&delivered.join("minglu.toml")).expect("the configuration is right");
    pipeline::build(&config, &data_dir(&dir), &Quiet).expect("the register is built");
    dir
}
