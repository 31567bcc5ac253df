//! Who asks: in which language, which version of the API, from where, and how do they want the answer wrapped?
//!
//! Read from the address and headers of a request, the same way for every address of the service.

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_TYPE, HOST, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::Service;
use crate::http::limits::CALLBACK_BYTES_MAX;
use crate::http::parameters::Parameters;
use crate::http::problem::{INVALID_PARAMETER, Problem};
use crate::http::work::JsonBytes;
use crate::registry::Language;

/// What a request says of its sender.
#[derive(Debug)]
pub(in crate::http) struct Client {
    /// The language of labels.
    pub(super) language: Language,
    /// The version asked for.
    pub(super) version: Version,
    /// The address of this service as the client sees it, without a slash at its end.
    pub(super) base: String,
    callback: Option<Callback>,
}

/// Parameters that every address of the service knows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ClientParameters {
    /// Language of labels, `zh` or `en`; goes before the header Accept-Language.
    lang: Option<String>,
    /// Name of a function that is called with the answer (JSONP, 0.2 only).
    #[param(value_type = Option<String>)]
    callback: Option<Callback>,
    /// Version of the manifest: `0.2` or `1.0-draft`; otherwise what is common to both.
    #[param(value_type = Option<String>)]
    version: Option<Version>,
}

/// A version of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(super) enum Version {
    /// Not said.
    #[default]
    #[serde(skip)]
    Either,
    /// 0.2
    #[serde(rename = "0.2")]
    V0_2,
    /// 1.0-draft
    #[serde(rename = "1.0-draft")]
    V1_0,
}

/// The name of a JavaScript function, and nothing that could be more than a name.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct Callback(String);

impl TryFrom<String> for Callback {
    type Error = String;

    fn try_from(text: String) -> Result<Callback, String> {
        let is_name_char = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.');
        if text.is_empty() || text.len() > CALLBACK_BYTES_MAX || !text.bytes().all(is_name_char) {
            return Err(format!("a callback is 1 to {CALLBACK_BYTES_MAX} of the characters A–Z a–z 0–9 _ $ ."));
        }
        Ok(Callback(text))
    }
}

impl FromRequestParts<Service> for Client {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        let Parameters(asked) = Parameters::<ClientParameters>::from_request_parts(parts, service).await?;
        let header = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let language = asked.lang.as_deref().and_then(language_of);
        let language = language.unwrap_or_else(|| preferred(header(ACCEPT_LANGUAGE).unwrap_or_default()));
        // Whoever would take a script speaks 0.2: 1.0 knows no JSONP. jQuery, hence OpenRefine, says so in every request.
        let takes_scripts =
            asked.callback.is_some() || header(ACCEPT).is_some_and(|types| types.contains("javascript"));
        let version = asked.version.unwrap_or(if takes_scripts { Version::V0_2 } else { Version::Either });
        let base = match &service.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => base_of(header(HOST))?,
        };
        Ok(Client { language, version, base, callback: asked.callback })
    }
}

impl Client {
    /// The answer as the client wants it: JSON, or a call of its function.
    pub(super) fn respond(&self, json: JsonBytes) -> Response {
        let mut response = match &self.callback {
            None => json.into_response(),
            Some(Callback(name)) => {
                // The comment keeps the answer from being taken for anything but a script.
                let mut script = format!("/**/{name}(").into_bytes();
                script.extend_from_slice(json.as_bytes());
                script.extend_from_slice(b");");
                ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], script).into_response()
            }
        };
        self.mark(response.headers_mut());
        response
    }

    /// Says in which language an answer is, and on what that depended.
    pub(super) fn mark(&self, headers: &mut HeaderMap) {
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(self.language.tag()));
        headers.insert(VARY, HeaderValue::from_static("accept, accept-language, host"));
    }
}

/// The language that a BCP 47 tag names, as far as there are labels.
fn language_of(tag: &str) -> Option<Language> {
    let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
    match primary {
        primary if primary.eq_ignore_ascii_case("zh") => Some(Language::Chinese),
        primary if primary.eq_ignore_ascii_case("en") => Some(Language::English),
        _ => None,
    }
}

/// The best language of a header Accept-Language (RFC 9110, 12.5.4); Chinese if it names none that there is.
pub(super) fn preferred(header: &str) -> Language {
    let mut best = (0.0, Language::Chinese);
    for part in header.split(',') {
        let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
        let quality = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |quality| quality.trim().parse().ok());
        if let (Some(language), Some(quality)) = (language_of(tag), quality)
            && quality > best.0
        {
            best = (quality, language);
        }
    }
    best.1
}

/// The address of the service by the header Host.
pub(super) fn base_of(host: Option<&str>) -> Result<String, Problem> {
    // Whatever stands here comes back inside addresses, so that only what a host may consist of is taken.
    let is_host_char =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    let host = host.filter(|host| !host.is_empty() && host.bytes().all(is_host_char));
    let no_host =
        || Problem::new(&INVALID_PARAMETER, "Host: not a host; start the service with --public-url to do without");
    host.map(|host| format!("http://{host}")).ok_or_else(no_host)
}

#[cfg(test)]
mod tests;
