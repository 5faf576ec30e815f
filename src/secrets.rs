//! Secrets behind references: read when first needed, kept for five minutes, read again when the URL turns out to
//! be useless.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use aws_config::SdkConfig;
use tokio::sync::Mutex as AsyncMutex;
use tokio::time::Instant;
use watcher::Reference;

use crate::aws::{self, LazyClient};
use crate::failure::Failure;
use crate::settings::Env;

/// A rotated webhook is noticed after this time without any failed delivery.
const KEEP: Duration = Duration::from_mins(5);

/// A secret text. Its `Debug` form hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Keeps the text without the white space around it, which a pasted secret often has.
    pub fn new(text: &str) -> Secret {
        Secret(text.trim().into())
    }

    /// The text, for the one who needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Reads a parameter of SSM, decrypted.
pub trait Parameters {
    /// One try. A parameter that is missing or closed to us is a failure that another try may fix: somebody can
    /// still make it while the delivery waits in the queue.
    fn read(&self, name: &str) -> impl Future<Output = Result<Secret, Failure>>;
}

/// The secrets that this instance of the function has read.
#[derive(Debug)]
pub struct Secrets<P> {
    parameters: P,
    cache: Mutex<HashMap<Reference, Arc<Slot>>>,
}

/// Locked while it is read, so that ten deliveries at once read it once.
type Slot = AsyncMutex<Option<Cached>>;

#[derive(Debug)]
struct Cached {
    secret: Secret,
    read: Instant,
}

impl<P: Parameters> Secrets<P> {
    /// An empty cache.
    pub fn new(parameters: P) -> Secrets<P> {
        Secrets { parameters, cache: Mutex::default() }
    }

    /// The secret. When it is due to be read again and SSM does not answer, the old one still serves.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn get(&self, reference: &Reference) -> Result<Secret, Failure> {
        let slot = self.slot(reference);
        let mut slot = slot.lock().await;
        match &*slot {
            Some(cached) if cached.read.elapsed() < KEEP => Ok(cached.secret.clone()),
            old => {
                let old = old.as_ref().map(|cached| cached.secret.clone());
                let secret = match (self.read(reference).await, old) {
                    (Err(_), Some(old)) => old,
                    (read, _) => read?,
                };
                *slot = Some(Cached { secret: secret.clone(), read: Instant::now() });
                Ok(secret)
            }
        }
    }

    /// The secret that has come in place of one that no longer works; none when it is still the same.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn replacement(&self, reference: &Reference, gone: &Secret) -> Result<Option<Secret>, Failure> {
        let slot = self.slot(reference);
        let mut slot = slot.lock().await;
        // Another delivery may have read it meanwhile.
        if let Some(cached) = slot.as_ref().filter(|cached| cached.secret != *gone) {
            return Ok(Some(cached.secret.clone()));
        }
        let secret = self.read(reference).await?;
        *slot = Some(Cached { secret: secret.clone(), read: Instant::now() });
        Ok((secret != *gone).then_some(secret))
    }

    async fn read(&self, reference: &Reference) -> Result<Secret, Failure> {
        self.parameters.read(&reference.parameter_name()).await.map_err(|failure| match failure {
            Failure::Retry { after, reason, .. } => Failure::Retry {
                after,
                unanswered: false,
                reason: format!("cannot read {reference}: {reason}"),
            },
            Failure::Never { reason } => Failure::never(format!("cannot read {reference}: {reason}")),
        })
    }

    fn slot(&self, reference: &Reference) -> Arc<Slot> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.entry(reference.clone()).or_default().clone()
    }
}

/// SSM itself.
pub struct Ssm {
    client: LazyClient<aws_sdk_ssm::Client>,
}

impl Ssm {
    /// Reads with this configuration.
    pub fn new(config: SdkConfig, env: Env) -> Ssm {
        Ssm { client: LazyLock::new(Box::new(move || aws::ssm(&config, &env))) }
    }
}

impl Parameters for Ssm {
    async fn read(&self, name: &str) -> Result<Secret, Failure> {
        match self.client.get_parameter().name(name).with_decryption(true).send().await {
            Ok(answer) => match answer.parameter().and_then(|parameter| parameter.value()) {
                Some(value) => Ok(Secret::new(value)),
                None => Err(Failure::retry("ssm answered without a value")),
            },
            Err(error) => {
                let help = aws::code(&error).map(help).unwrap_or_default();
                Err(Failure::retry(format!("ssm: {}{help}", aws::reason(&error))))
            }
        }
    }
}

/// What an operator can do about an error of `GetParameter`.
/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html>
fn help(code: &str) -> &'static str {
    match code {
        "ParameterNotFound" | "ParameterVersionNotFound" => {
            ": nothing of that name exists in this region; create it"
        }
        "AccessDeniedException" => {
            ": the function's role may not read it, or not decrypt it; allow it in template.yaml"
        }
        "InvalidKeyId" => ": its KMS key cannot be used; is it switched off or deleted?",
        _ => "",
    }
}
