//! The one HTTP client of the function. Slack is called with it directly, AWS through it as the SDK's connector,
//! so that there is one TLS stack, with its roots in the binary.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use rustls::{ClientConfig, RootCertStore};

/// A service that does not even accept the connection within this time is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// From connecting to the answer's last byte.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Lambda freezes the function between invocations; a connection that slept longer is mostly dead.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Makes the client. No proxy and no redirect: a webhook's body goes to the host in its URL or nowhere.
///
/// # Panics
/// When the feature `extra-ca` is on and `EXTRA_CA_FILE` cannot be read.
pub fn client() -> reqwest::Client {
    client_with_timeout(TIMEOUT)
}

/// [`client`] with another limit for a whole request.
///
/// # Panics
/// As [`client`].
pub fn client_with_timeout(timeout: Duration) -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring does TLS 1.2 and 1.3")
        .with_root_certificates(roots())
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(timeout)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .build()
        .expect("the TLS backend is the version of rustls that reqwest uses")
}

/// Mozilla's roots, which hold Slack's and Amazon's.
fn roots() -> RootCertStore {
    #[cfg_attr(not(feature = "extra-ca"), expect(unused_mut, reason = "the feature adds one"))]
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    #[cfg(feature = "extra-ca")]
    if let Some(path) = std::env::var_os("EXTRA_CA_FILE") {
        use rustls::pki_types::pem::PemObject;
        for certificate in
            rustls::pki_types::CertificateDer::pem_file_iter(path).expect("EXTRA_CA_FILE is a PEM file")
        {
            roots.add(certificate.expect("EXTRA_CA_FILE is a PEM file")).expect("EXTRA_CA_FILE holds roots");
        }
    }
    roots
}

/// What went wrong with a request, in words without its URL: reqwest's own text prints the URL, and a webhook's
/// URL is the secret.
pub fn reason(error: reqwest::Error) -> String {
    let what = if error.is_connect() {
        "no connection"
    } else if error.is_timeout() {
        "no answer in time"
    } else {
        "the connection broke"
    };
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    format!("{what}: {cause}")
}

/// Whether the request failed before its first byte was sent, so that nobody can have done what it asks.
pub fn is_unsent(error: &reqwest::Error) -> bool {
    error.is_connect() || error.is_builder()
}

/// Whether an answer of this status comes of a gateway that had passed the request on, and does not know more.
/// <https://www.rfc-editor.org/rfc/rfc9110#name-502-bad-gateway>
pub fn is_of_a_gateway(status: u16) -> bool {
    matches!(status, 502 | 504)
}

/// reqwest as the SDK's HTTP client. The SDK's own brings a second HTTP and TLS stack: 0.7 MB more.
#[derive(Clone, Debug)]
pub struct Connector(reqwest::Client);

impl Connector {
    /// Calls AWS with this client.
    pub fn new(client: reqwest::Client) -> Connector {
        Connector(client)
    }
}

impl HttpClient for Connector {
    /// The limits are the client's; the SDK puts its own around a whole attempt.
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
            let request = request.map(|body| body.bytes().map(<[u8]>::to_vec).unwrap_or_default());
            let request = request
                .try_into()
                .map_err(|error: reqwest::Error| ConnectorError::user(reason(error).into()))?;
            let response = client.execute(request).await.map_err(connector_error)?;

            let (status, headers) = (response.status(), response.headers().clone());
            let body = response.bytes().await.map_err(connector_error)?;
            let mut answer = HttpResponse::new(status.into(), SdkBody::from(body));
            for (name, value) in &headers {
                if let Ok(value) = std::str::from_utf8(value.as_bytes()) {
                    answer.headers_mut().append(name.as_str().to_owned(), value.to_owned());
                }
            }
            Ok(answer)
        })
    }
}

/// Said this way, the SDK tries again where it should, and [`crate::aws::is_unanswered`] knows what was never sent.
fn connector_error(error: reqwest::Error) -> ConnectorError {
    let (unsent, timeout) = (is_unsent(&error), error.is_timeout());
    let error = reason(error).into();
    match (unsent, timeout) {
        (true, _) => ConnectorError::other(error, Some(ErrorKind::TransientError)),
        (false, true) => ConnectorError::timeout(error),
        (false, false) => ConnectorError::io(error),
    }
}
