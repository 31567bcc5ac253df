//! How does the client speak to the service? One function for each request, one value for each kind of answer.
//!
//! An answer that did not come, or came broken, is an answer too: nobody knows then what the service did.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::Result;
use crate::city::{Row, Source};
use crate::ledger::Entry;

/// Longer than any power cut of the scripts takes: the service is stopped meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);
/// Threads keep their connections, however many there are.
const N_CONNECTIONS: usize = 64;
/// Shorter than the service lets a connection idle: nobody shall send on one that is being closed.
const IDLE: Duration = Duration::from_secs(3);
const POLL: Duration = Duration::from_millis(5);

/// Connections to one service.
#[derive(Clone)]
pub(crate) struct Wire {
    agent: Agent,
    base: String,
}

/// Where a register is.
#[derive(Clone, Copy)]
pub(crate) struct Position {
    pub(crate) seq: u64,
    pub(crate) n_records: u64,
}

/// What became of a write.
pub(crate) enum Answer {
    /// It is durable, with this sequence number; the second value is the whole answer.
    Acknowledged(u64, String),
    /// 507: there is no room.
    Full,
    /// Too much at once, a deadline, or no answer at all. The text says which.
    Unknown(String),
    /// The service said that it is at fault; what it did is unknown, too.
    Broken(String),
    /// The service is not there.
    Gone(String),
    /// The service refused what it should have taken.
    Refused(String),
}

impl Wire {
    pub(crate) fn new(base: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
        let config =
            config.max_idle_connections(N_CONNECTIONS).max_idle_connections_per_host(N_CONNECTIONS).max_idle_age(IDLE);
        Self { agent: config.build().into(), base: base.trim_end_matches('/').to_owned() }
    }

    /// Waits until the service is ready, and says how many seconds it took.
    pub(crate) fn wait(&self, longest: Duration, pid: Option<u32>) -> Result<f64> {
        let started = Instant::now();
        loop {
            let answer = self.position();
            if answer.is_ok() {
                return Ok(started.elapsed().as_secs_f64());
            }
            if pid.is_some_and(is_gone) {
                return Err("the service ended before it was ready".into());
            }
            if started.elapsed() > longest {
                return Err(format!("not ready after {} s: {:?}", longest.as_secs_f64(), answer.err()).into());
            }
            sleep(POLL);
        }
    }

    pub(crate) fn position(&self) -> Result<Position> {
        let (status, body) = self.get("/readyz")?;
        let body: Value = serde_json::from_str(&body)?;
        let number = |key: &str| body[key].as_u64().ok_or(format!("/readyz answered {status} without {key}"));
        match status {
            200 => Ok(Position { seq: number("seq")?, n_records: number("n_records")? }),
            _ => Err(format!("/readyz answered {status}").into()),
        }
    }

    /// Sends one entry of the log under its key.
    pub(crate) fn write(&self, source: &Source, entry: &Entry) -> Answer {
        let records = format!("{}/v1/sources/{}/records", self.base, encoded(&entry.source));
        let id = entry.changes.first().map(|change| encoded(&change.0)).unwrap_or_default();
        let answered = match entry.op.as_str() {
            "delete" => {
                let request = self.agent.delete(format!("{records}/{id}"));
                request.header("idempotency-key", &entry.key).call()
            }
            "put" => {
                let request = self.agent.put(format!("{records}/{id}")).header("content-type", "application/json");
                request.header("idempotency-key", &entry.key).send(line(source, &entry.changes[0]))
            }
            _ => {
                let lines: String = entry.changes.iter().map(|change| line(source, change) + "\n").collect();
                let request = self.agent.post(records).header("content-type", "application/x-ndjson");
                request.header("idempotency-key", &entry.key).send(lines)
            }
        };
        answer(answered, entry.changes.len())
    }

    /// A record's columns, or nothing where there is no such record.
    pub(crate) fn record(&self, source: &str, id: &str) -> Result<Option<Row>> {
        let (status, body) = self.get(&format!("/v1/sources/{}/records/{}", encoded(source), encoded(id)))?;
        match status {
            404 => Ok(None),
            200 => {
                let body: BTreeMap<String, Value> = serde_json::from_str(&body)?;
                let columns = body.get("columns").or(body.get("raw")).and_then(Value::as_object);
                let columns = columns.ok_or("a record without columns")?;
                let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                Ok(Some(columns.iter().map(|(column, value)| (column.clone(), text(value))).collect()))
            }
            _ => Err(format!("reading {source} {id} was answered with {status}").into()),
        }
    }

    /// The status and the body of a search.
    pub(crate) fn search(&self, text: &str) -> Result<(u16, String)> {
        self.get(&format!("/v1/search?q={}&limit=10", encoded(text)))
    }

    /// The status and the body of the question who bears a name; it reads what a search does not.
    pub(crate) fn resolve(&self, name: &str) -> Result<(u16, String)> {
        let request = self.agent.post(format!("{}/v1/resolve", self.base)).header("content-type", "application/json");
        let mut response = request.send(json!({ "values": { "name": name } }).to_string())?;
        Ok((response.status().as_u16(), response.body_mut().read_to_string()?))
    }

    fn get(&self, path: &str) -> Result<(u16, String)> {
        let mut response = self.agent.get(format!("{}{path}", self.base)).call()?;
        Ok((response.status().as_u16(), response.body_mut().read_to_string()?))
    }
}

/// A process that ended and was not yet waited for counts as gone.
fn is_gone(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    !status.contains("State:") || status.contains("State:\tZ")
}

/// One change as a line of JSON.
fn line(source: &Source, (id, version): &(String, Option<u64>)) -> String {
    let Some(version) = version else { return json!({ "@delete": id }).to_string() };
    let row = source.content(id, *version);
    Value::Object(row.into_iter().map(|(column, value)| (column, json!(value))).collect::<Map<_, _>>()).to_string()
}

fn answer(answered: std::result::Result<Response<Body>, ureq::Error>, n_changes: usize) -> Answer {
    let mut response = match answered {
        Ok(response) => response,
        Err(ureq::Error::Timeout(timeout)) => return Answer::Unknown(timeout.to_string()),
        Err(error) => return Answer::Gone(error.to_string()),
    };
    let status = response.status().as_u16();
    let body = match response.body_mut().read_to_string() {
        Ok(body) => body,
        Err(error) => return Answer::Gone(error.to_string()),
    };
    match status {
        200 => acknowledged(body, n_changes),
        507 => Answer::Full,
        429 | 503 | 504 => Answer::Unknown(format!("{status} {body}")),
        500..=599 => Answer::Broken(format!("{status} {body}")),
        _ => Answer::Refused(format!("{status} {body}")),
    }
}

fn acknowledged(body: String, n_changes: usize) -> Answer {
    let Ok(value) = serde_json::from_str::<Value>(&body) else { return Answer::Refused(format!("200 {body}")) };
    let is_whole = value["accepted"].as_u64().is_none_or(|accepted| accepted == n_changes as u64)
        && value["rejected"].as_array().is_none_or(Vec::is_empty);
    match value["seq"].as_u64() {
        Some(seq) if is_whole => Answer::Acknowledged(seq, body),
        _ => Answer::Refused(format!("200, but not all of it: {body}")),
    }
}

/// Percent-encoded, every byte that is not a letter, a digit, `-`, `.`, `_` or `~`.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
