//! What is said of one value? Its normal form and parts, how sure that is, what is odd, and how it came about.
//!
//! Every answer is one JSON object on one line. The parts are those of `minglu_rules`; here they are only framed.

use minglu_rules::code::uscc::{self, UsccReport};
use minglu_rules::code::{self, CodeKind, SubjectCode, person_id};
use minglu_rules::date::{self, Date};
use minglu_rules::division::{self, Division};
use minglu_rules::industry::{self, EntryRule, Industry, IndustryLevel, Sector};
use minglu_rules::registration::{self, OperatingState};
use minglu_rules::text::{Keep, fold_keeping};
use minglu_rules::{address, name, phone};
use serde::Serialize;
use serde_json::Value;

use super::batch::{Batch, Item};
use super::word::{self, Explained};
use crate::cli::NormalizeSubject;

/// Everything that answers depend on beside the value.
#[derive(Debug)]
pub(super) struct Answering {
    /// What the values are.
    pub(super) subject: NormalizeSubject,
    /// City of addresses that name none.
    pub(super) place: Option<Division>,
    /// Area code of local telephone numbers.
    pub(super) area_code: Option<String>,
    /// No person is born later.
    pub(super) today: Date,
    /// How much is said.
    pub(super) detail: Detail,
}

/// How much is said of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Normal form, confidence, problems.
    Compact,
    /// All parts.
    Full,
    /// All parts, and every step and problem in words.
    Explained,
}

/// Below this a person should look at a name or an address.
const CONFIDENCE_MIN: f64 = 0.5;
/// Confidence in what passes all checks, and in what does not.
const CERTAIN: f64 = 1.0;
const NONE: f64 = 0.0;

/// An answer before it is written: `Form` is the normal form, `Parts` everything else.
struct Answer<'a, Form, Parts> {
    input: &'a str,
    value: Form,
    confidence: f64,
    problems: Vec<String>,
    parts: &'a Parts,
    /// The parts are a reading that lists its problems itself.
    parts_list_problems: bool,
}

/// What is written under [`Detail::Compact`].
#[derive(Serialize)]
struct Compact<'a, Form> {
    value: &'a Form,
    confidence: f64,
    problems: &'a [String],
}

/// A value that could not be read.
#[derive(Serialize)]
struct Unreadable {
    error: UnreadableError,
}

#[derive(Serialize)]
struct UnreadableError {
    line: u64,
    #[serde(flatten)]
    explained: Explained,
}

/// A code of a legal subject with what its credit code says.
#[derive(Serialize)]
struct CodeParts<'a> {
    #[serde(flatten)]
    code: &'a SubjectCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<UsccParts>,
}

#[derive(Serialize)]
struct UsccParts {
    syntax: bool,
    check18: bool,
    check_org: bool,
    authority: Option<&'static str>,
    category: Option<&'static str>,
    division: Option<u32>,
    division_name: Option<String>,
}

#[derive(Serialize)]
struct IndustryParts {
    industry: Option<Industry>,
    name: Option<&'static str>,
    level: Option<IndustryLevel>,
    section: Option<&'static str>,
    division: Option<&'static str>,
    group: Option<&'static str>,
    class: Option<&'static str>,
    sector: Option<Sector>,
    entry: Option<EntryRule>,
}

#[derive(Serialize)]
struct StateParts {
    state: Option<OperatingState>,
    name: Option<&'static str>,
    is_alive: Option<bool>,
}

#[derive(Serialize)]
struct DateParts {
    date: Option<Date>,
}

impl Answering {
    /// Writes the answer to one value of a batch, with its line end; returns whether the value could be read.
    pub(super) fn answer(&self, batch: &Batch, item: &Item, out: &mut Vec<u8>) -> bool {
        let read = match item.unreadable {
            Some(why) => Err(why),
            None => std::str::from_utf8(batch.bytes_of(item)).map_err(|_| "invalid_utf8"),
        };
        let answered = read.and_then(|text| match &batch.pointer {
            None => {
                self.answer_text(text, out);
                Ok(())
            }
            Some(pointer) => text_under(pointer, text).map(|text| self.answer_text(&text, out)),
        });
        if let Err(why) = answered {
            let error = UnreadableError { line: item.line, explained: word::explain(why) };
            push_json(&Unreadable { error }, out);
        }
        out.push(b'\n');
        answered.is_ok()
    }

    fn answer_text(&self, text: &str, out: &mut Vec<u8>) {
        match self.subject {
            NormalizeSubject::Name => self.answer_name(text, out),
            NormalizeSubject::Address => self.answer_address(text, out),
            NormalizeSubject::Uscc => self.answer_code(text, out),
            NormalizeSubject::Phone => self.answer_phone(text, out),
            NormalizeSubject::PersonId => self.answer_person_id(text, out),
            NormalizeSubject::Industry => self.answer_industry(text, out),
            NormalizeSubject::RegistrationType => self.answer_registration_type(text, out),
            NormalizeSubject::Status => self.answer_state(text, out),
            NormalizeSubject::Date => self.answer_date(text, out),
        }
    }

    fn answer_name(&self, input: &str, out: &mut Vec<u8>) {
        let parsed = name::parse(input);
        let mut parts = parsed.describe();
        let confidence = round(f64::from(parts.confidence));
        parts.confidence = confidence as f32;
        let problems = problems_of_text(parts.norm, confidence);
        let answer =
            Answer { input, value: parts.canonical, confidence, problems, parts: &parts, parts_list_problems: false };
        self.write(&answer, parts.fold_steps.names().chain(parts.steps.names()), out);
    }

    fn answer_address(&self, input: &str, out: &mut Vec<u8>) {
        let parts = address::describe(input, self.place);
        let problems = problems_of_text(&parts.norm, parts.confidence);
        let answer = Answer {
            input,
            value: &parts.canonical,
            confidence: parts.confidence,
            problems,
            parts: &parts,
            parts_list_problems: false,
        };
        self.write(&answer, parts.steps.iter().map(|step| step.as_ref()), out);
    }

    fn answer_code(&self, input: &str, out: &mut Vec<u8>) {
        let code = code::subject(input);
        let report = (code.kind == CodeKind::Uscc).then(|| uscc_parts(uscc::inspect(&code.text)));
        let mut problems = Vec::new();
        let mut odd = |applies: bool, problem: &str| problems.extend(applies.then(|| problem.to_owned()));
        odd(code.text.is_empty(), "empty");
        odd(!code.valid && !code.text.is_empty(), "invalid_code");
        odd(code.is_personal, "personal_data");
        odd(code.suspect.is_some(), "look_alike");
        let confidence = if code.valid { CERTAIN } else { NONE };
        let parts = CodeParts { code: &code, report };
        let answer = Answer {
            input,
            value: code.valid.then_some(&code.text),
            confidence,
            problems,
            parts: &parts,
            parts_list_problems: false,
        };
        let steps = self.fold_steps(input, Keep::Code).chain(code.is_temporary.then_some("temporary_mark_removed"));
        self.write(&answer, steps, out);
    }

    fn answer_phone(&self, input: &str, out: &mut Vec<u8>) {
        let reading = phone::read(input, self.area_code.as_deref());
        let numbers: Vec<String> = reading.phones.iter().map(rfc_3966).collect();
        let confidence = if numbers.is_empty() { NONE } else { CERTAIN };
        let problems = reading.problems.iter().map(word::of).collect();
        let answer = Answer { input, value: numbers, confidence, problems, parts: &reading, parts_list_problems: true };
        self.write(&answer, self.fold_steps(input, Keep::Phone), out);
    }

    fn answer_person_id(&self, input: &str, out: &mut Vec<u8>) {
        let reading = person_id::read(input, self.today);
        let confidence = if reading.valid { CERTAIN } else { NONE };
        let problems = reading.problems.iter().map(word::of).collect();
        let is_upgraded = reading.number.as_ref().is_some_and(|number| number.len() != reading.text.len());
        let answer = Answer {
            input,
            value: reading.number.as_deref(),
            confidence,
            problems,
            parts: &reading,
            parts_list_problems: true,
        };
        let steps = self.fold_steps(input, Keep::Code).chain(is_upgraded.then_some("upgraded_to_18"));
        self.write(&answer, steps, out);
    }

    fn answer_industry(&self, input: &str, out: &mut Vec<u8>) {
        let reading = industry::read(input);
        let problems = reading.problems.iter().map(word::of).collect();
        let parts = industry_parts(reading.industry);
        let answer = Answer {
            input,
            value: reading.industry,
            confidence: reading.confidence,
            problems,
            parts: &parts,
            parts_list_problems: false,
        };
        self.write(&answer, self.fold_steps(input, Keep::Code), out);
    }

    fn answer_registration_type(&self, input: &str, out: &mut Vec<u8>) {
        let reading = registration::read(input);
        let confidence = if reading.statistics.is_some() { CERTAIN } else { NONE };
        let problems = reading.problems.iter().map(word::of).collect();
        let value = reading.statistics.map(|found| found.code);
        let answer = Answer { input, value, confidence, problems, parts: &reading, parts_list_problems: true };
        self.write(&answer, self.fold_steps(input, Keep::Code), out);
    }

    fn answer_state(&self, input: &str, out: &mut Vec<u8>) {
        let state = registration::read_state(input);
        let name = state.map(OperatingState::name);
        let parts = StateParts { state, name, is_alive: state.map(OperatingState::is_alive) };
        let answer = certain_or_unknown(input, name, &parts);
        self.write(&answer, self.fold_steps(input, Keep::Code), out);
    }

    fn answer_date(&self, input: &str, out: &mut Vec<u8>) {
        let parts = DateParts { date: date::parse(input) };
        let answer = certain_or_unknown(input, parts.date, &parts);
        self.write(&answer, std::iter::empty(), out);
    }

    /// What folding did to a value whose reader does not say; asked for only where it is told.
    fn fold_steps(&self, input: &str, keep: Keep) -> impl Iterator<Item = &'static str> {
        let is_told = self.detail == Detail::Explained;
        let steps = is_told.then(|| fold_keeping(input, keep, &mut String::new()));
        steps.into_iter().flat_map(|steps| steps.names())
    }

    fn write<'s, Form: Serialize, Parts: Serialize>(
        &self,
        answer: &Answer<'_, Form, Parts>,
        steps: impl Iterator<Item = &'s str>,
        out: &mut Vec<u8>,
    ) {
        if self.detail == Detail::Compact {
            let Answer { value, confidence, problems, .. } = answer;
            push_json(&Compact { value, confidence: *confidence, problems }, out);
            return;
        }
        out.extend_from_slice(b"{\"input\":");
        push_json(&answer.input, out);
        // The parts are an object of their own; its braces give way to those of the answer.
        let start = out.len();
        push_json(answer.parts, out);
        if let Some(brace) = out.get_mut(start) {
            *brace = b',';
        }
        out.pop();
        if !answer.parts_list_problems {
            out.extend_from_slice(b",\"problems\":");
            push_json(&answer.problems, out);
        }
        if self.detail == Detail::Explained {
            let mut explained: Vec<Explained> = steps.map(word::explain).collect();
            explained.extend(answer.problems.iter().map(|problem| word::explain(problem)));
            out.extend_from_slice(b",\"explained\":");
            push_json(&explained, out);
        }
        out.push(b'}');
    }
}

/// Appends JSON.
fn push_json(value: &impl Serialize, out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("memory takes everything, and no key of an answer is other than text");
}

/// The text under a JSON pointer; numbers are taken as they are written.
fn text_under(pointer: &str, line: &str) -> Result<String, &'static str> {
    let mut document: Value = serde_json::from_str(line).map_err(|_| "invalid_json")?;
    match document.pointer_mut(pointer).map(Value::take) {
        Some(Value::String(text)) => Ok(text),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(Value::Null) => Ok(String::new()),
        Some(_) => Err("not_a_text"),
        None => Err("pointer_missing"),
    }
}

fn problems_of_text(norm: &str, confidence: f64) -> Vec<String> {
    let problem =
        if norm.is_empty() { Some("empty") } else { (confidence < CONFIDENCE_MIN).then_some("low_confidence") };
    problem.map(str::to_owned).into_iter().collect()
}

fn certain_or_unknown<'a, Form, Parts>(
    input: &'a str,
    value: Option<Form>,
    parts: &'a Parts,
) -> Answer<'a, Option<Form>, Parts> {
    let problem = match &value {
        Some(_) => None,
        None if input.trim().is_empty() => Some("empty"),
        None => Some("unknown"),
    };
    let confidence = if value.is_some() { CERTAIN } else { NONE };
    let problems = problem.map(str::to_owned).into_iter().collect();
    Answer { input, value, confidence, problems, parts, parts_list_problems: false }
}

fn uscc_parts(report: UsccReport) -> UsccParts {
    let UsccReport { syntax, check18, check_org, authority, category, division, .. } = report;
    let division_name = division.and_then(division::of_code).map(Division::full_name);
    UsccParts { syntax, check18, check_org, authority, category, division, division_name }
}

fn industry_parts(industry: Option<Industry>) -> IndustryParts {
    let name = |industry: Industry| industry.name();
    IndustryParts {
        industry,
        name: industry.map(name),
        level: industry.map(Industry::level),
        section: industry.map(Industry::section).map(name),
        division: industry.and_then(Industry::division).map(name),
        group: industry.and_then(Industry::group).map(name),
        class: industry.and_then(Industry::class).map(name),
        sector: industry.and_then(Industry::sector),
        entry: industry.and_then(Industry::entry_rule),
    }
}

/// A telephone number with its extension, RFC 3966.
fn rfc_3966(phone: &phone::Phone) -> String {
    match &phone.extension {
        Some(extension) => format!("{};ext={extension}", phone.e164),
        None => phone.e164.to_string(),
    }
}

/// Two decimals are what a confidence can bear.
fn round(confidence: f64) -> f64 {
    (confidence * 100.0).round() / 100.0
}
