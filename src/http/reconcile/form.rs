//! How is a question received that comes as a form, or as a form or JSON?
//!
//! Within the bounds of every body. Version 0.2 sends forms whose fields hold JSON; 1.0-draft sends JSON.

use axum::Form;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use serde::Deserialize;

use crate::http::Service;
use crate::http::body::receive_bounded;
use crate::http::problem::{INVALID_FORM, NOT_A_FORM, Problem};

/// The fields of a form of version 0.2.
#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct FormFields {
    /// A batch of queries.
    pub(super) queries: Option<String>,
    /// A data extension query.
    pub(super) extend: Option<String>,
}

/// A body that must be a form.
pub(in crate::http) struct FormBody(pub(super) FormFields);

/// A body that may be a form or JSON.
pub(in crate::http) enum FormOrJson {
    /// A form: the client speaks 0.2.
    Form(FormFields),
    /// Anything else is taken for JSON: the client speaks 1.0-draft.
    Json(Bytes),
}

/// Media type of forms.
const FORM: &str = "application/x-www-form-urlencoded";

impl FromRequest<Service> for FormBody {
    type Rejection = Problem;

    async fn from_request(request: Request, service: &Service) -> Result<Self, Problem> {
        match FormOrJson::from_request(request, service).await? {
            FormOrJson::Form(fields) => Ok(FormBody(fields)),
            FormOrJson::Json(_) => {
                Err(Problem::new(&NOT_A_FORM, format!("send {FORM} here, or JSON to /reconcile/match")))
            }
        }
    }
}

impl FromRequest<Service> for FormOrJson {
    type Rejection = Problem;

    async fn from_request(request: Request, service: &Service) -> Result<Self, Problem> {
        let declared = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_form = declared.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case(FORM));
        let bytes = receive_bounded(service, request.into_body()).await?;
        if is_form { read_form(bytes).await.map(FormOrJson::Form) } else { Ok(FormOrJson::Json(bytes)) }
    }
}

/// Decodes a form that has arrived.
pub(super) async fn read_form(bytes: Bytes) -> Result<FormFields, Problem> {
    let request = Request::builder().method(Method::POST).header(CONTENT_TYPE, FORM).body(Body::from(bytes));
    let request = request.map_err(|error| Problem::internal(&error))?;
    let wrong = |error: axum::extract::rejection::FormRejection| Problem::new(&INVALID_FORM, error.body_text());
    let Form(fields) = Form::<FormFields>::from_request(request, &()).await.map_err(wrong)?;
    Ok(fields)
}
