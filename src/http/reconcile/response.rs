//! In which shape do candidates leave the program?
//!
//! A candidate is the same in both versions; only what is around it differs. Features carry all that went into the score,
//! so that a client can weigh it anew.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::http::problem::Problem;
use crate::registry::{Language, Reconciled, Registry, Term};

/// Answers to a batch of version 0.2, under the client's keys.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
pub(in crate::http) struct ResultBatchResponse {
    /// `{"result": […]}` by key.
    #[schema(value_type = std::collections::BTreeMap<String, ResultResponse>)]
    pub(super) results: Map<String, Value>,
}

/// The answer to a query of version 0.2.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ResultResponse {
    /// Best first.
    result: Vec<CandidateResponse>,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

/// Answers to a batch of version 1.0-draft, in the order of the queries.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct CandidateBatchResponse {
    /// One for each query.
    pub(super) results: Vec<CandidatesResponse>,
}

/// The answer to a query of version 1.0-draft.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct CandidatesResponse {
    /// Best first.
    candidates: Vec<CandidateResponse>,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

/// An entity that a query may mean.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct CandidateResponse {
    /// Entity id.
    id: String,
    /// Its golden name.
    name: String,
    /// What tells it from its namesakes.
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    /// Its kind.
    #[serde(rename = "type")]
    types: [TypeResponse; 1],
    /// 0 to 100.
    score: f64,
    /// It is certain, and no other entity is.
    #[serde(rename = "match")]
    is_match: bool,
    /// What the score is made of.
    features: Vec<FeatureResponse>,
}

/// A kind of entity.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct TypeResponse {
    /// Its name in the schema.
    pub(super) id: String,
    /// Its label.
    pub(super) name: String,
}

/// Something that speaks for or against a candidate.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct FeatureResponse {
    /// `id_equal`, `code_equal`, `name_equal`, `vetoed`, `match_weight`, `match_probability`, or `weight:` and a comparison.
    id: String,
    /// For people: what was compared, and the level it reached.
    name: String,
    /// True or false; bits for weights.
    value: FeatureValue,
}

/// The value of a feature.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum FeatureValue {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
}

impl ResultResponse {
    /// What became of a query.
    pub(super) fn of(answered: Result<Vec<CandidateResponse>, Problem>) -> ResultResponse {
        let (result, problem) = parts(answered);
        ResultResponse { result, problem }
    }
}

impl CandidatesResponse {
    /// What became of a query.
    pub(super) fn of(answered: Result<Vec<CandidateResponse>, Problem>) -> CandidatesResponse {
        let (candidates, problem) = parts(answered);
        CandidatesResponse { candidates, problem }
    }
}

impl From<Term> for TypeResponse {
    fn from(term: Term) -> TypeResponse {
        TypeResponse { id: term.id, name: term.name }
    }
}

/// A candidate with its features.
pub(super) fn candidate_response(registry: &Registry, found: Reconciled, language: Language) -> CandidateResponse {
    let kind = registry.kind(found.model_idx, language);
    CandidateResponse {
        features: features(registry, &found, language),
        id: found.entity,
        name: found.name,
        description: found.description,
        types: [kind.into()],
        score: hundredths(found.score),
        is_match: found.is_match,
    }
}

fn parts(answered: Result<Vec<CandidateResponse>, Problem>) -> (Vec<CandidateResponse>, Option<Problem>) {
    match answered {
        Ok(candidates) => (candidates, None),
        Err(problem) => (vec![], Some(problem)),
    }
}

fn features(registry: &Registry, found: &Reconciled, language: Language) -> Vec<FeatureResponse> {
    let label = |chinese: &'static str, english: &'static str| match language {
        Language::Chinese => chinese,
        Language::English => english,
    };
    let flag = |id: &str, name: &str, value| feature(id, name, FeatureValue::Flag(value));
    let number = |id: &str, name: &str, value| feature(id, name, FeatureValue::Number(hundredths(value)));
    let exact = found.exact;
    let mut features = vec![
        flag("id_equal", label("主体编号或记录编号相同", "the text is its id or that of a record"), exact.id),
        flag("code_equal", label("编码完全相同", "the text or a property is one of its codes"), found.has_code),
        flag("name_equal", label("名称完全相同", "the text is its golden name"), exact.name),
    ];
    let Some(resolved) = &found.resolved else { return features };
    features.push(flag("vetoed", label("规则不允许归为一体", "the law holds it apart"), resolved.veto.is_some()));
    features.push(number("match_weight", label("匹配权重（比特）", "match weight in bits"), resolved.match_weight));
    let probability = FeatureValue::Number(resolved.match_probability);
    features.push(feature("match_probability", label("匹配概率", "match probability"), probability));
    for line in &resolved.evidence {
        let named = registry.comparison_label(found.model_idx, &line.comparison, language);
        let weight = line.weight + line.term_frequency_adjustment;
        features.push(number(&format!("weight:{}", line.comparison), &format!("{named}: {}", line.level), weight));
    }
    features
}

fn feature(id: &str, name: &str, value: FeatureValue) -> FeatureResponse {
    FeatureResponse { id: id.into(), name: name.into(), value }
}

/// Two digits behind the point are more than anybody compares.
fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
