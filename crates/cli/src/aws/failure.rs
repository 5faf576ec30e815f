//! Why `aws` gave no answer, read from what it says on standard error.

use std::fmt;
use std::process::Output;

use crate::exit::{self, Error};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// There is no command `aws`.
    NotInstalled,
    /// No credentials, or none of that profile; what `aws` says.
    NoCredentials(String),
    /// There are credentials, and they are not valid, any more or at all.
    Expired(String),
    /// No region was named, here or in the settings of `aws`.
    NoRegion,
    /// Whoever asks may not.
    Denied { operation: String, message: String },
    /// Too many calls, after the tries that `aws` makes itself.
    Throttled { operation: String },
    /// The service refused it for another reason: `ValidationError`, `ResourceNotFoundException`.
    Refused { operation: String, code: String, message: String },
    /// The service cannot be reached.
    Unreachable(String),
    /// Somebody stopped it with Ctrl-C, which the terminal sends to `aws` as well as to us.
    Interrupted,
    /// Something else.
    Other(String),
}

impl Failure {
    /// Whether no other call can succeed either.
    pub(crate) fn is_of_every_call(&self) -> bool {
        use Failure::{Expired, Interrupted, NoCredentials, NoRegion, NotInstalled};
        matches!(self, NotInstalled | NoCredentials(_) | Expired(_) | NoRegion | Interrupted)
    }

    pub(super) fn of(service: &str, operation: &str, output: &Output) -> Failure {
        if exit::is_interrupted(output) {
            return Failure::Interrupted;
        }
        let text = String::from_utf8_lossy(&output.stderr);
        read(&text).unwrap_or_else(|| {
            // Wrong usage prints what would be right, before or after its reason.
            let is_reason = |line: &&str| line.contains("error: ") || line.starts_with("Unknown options: ");
            let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
            let line = lines().find(is_reason).or_else(|| lines().next()).unwrap_or("without saying why");
            Failure::Other(format!("`aws {service} {operation}` failed: {line}"))
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Failure::NotInstalled => f.write_str(
                "this needs the command `aws`, which is not installed: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
            ),
            Failure::NoCredentials(message) => write!(
                f,
                "`aws` has no credentials: {message}; name a profile with --profile, or log in with `aws sso login` or `aws configure`"
            ),
            Failure::Expired(message) => write!(
                f,
                "the credentials that `aws` has are not valid: {message}; log in again, for example with `aws sso login`"
            ),
            Failure::NoRegion => {
                f.write_str("no region is set: name the one of the stack, for example with --region eu-west-1")
            }
            Failure::Denied { operation, message } => write!(f, "{operation} is denied: {message}"),
            Failure::Throttled { operation } => {
                write!(f, "{operation} was throttled, and again when it was repeated: try again later")
            }
            Failure::Refused { operation, code, message } => write!(f, "{operation} failed with {code}: {message}"),
            Failure::Unreachable(message) => write!(f, "AWS cannot be reached: {message}"),
            Failure::Interrupted => f.write_str("interrupted"),
            Failure::Other(message) => f.write_str(message),
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        match failure {
            Failure::Interrupted => Error::Interrupted("interrupted"),
            failure => Error::usage(failure.to_string()),
        }
    }
}

/// Texts of `aws` and botocore, in both versions, by which they say that there are no credentials.
/// <https://github.com/boto/botocore/blob/develop/botocore/exceptions.py>
const NO_CREDENTIALS: [&str; 5] = [
    "Unable to locate credentials",
    "Partial credentials found",
    "The config profile (",
    "Credentials were refreshed, but the refreshed credentials are still expired",
    "Error when retrieving credentials",
];
const EXPIRED: [&str; 4] = [
    "Error loading SSO Token",
    "Error when retrieving token from sso",
    "The SSO session associated with this profile has expired",
    "Your session has expired",
];
const UNREACHABLE: [&str; 5] = [
    "Could not connect to the endpoint URL",
    "Connect timeout on endpoint URL",
    "Read timeout on endpoint URL",
    "SSL validation failed",
    "Failed to connect to proxy URL",
];

/// Codes by which services refuse credentials, whatever is asked.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>
const INVALID: [&str; 8] = [
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];
const DENIED: [&str; 7] = [
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError", // SNS
    "AuthorizationErrorException",
    "NotAuthorized",
    "UnauthorizedException",
    "UnauthorizedOperation",
];
const THROTTLED: [&str; 8] = [
    "LimitExceededException.Throttling",
    "RequestLimitExceeded",
    "RequestThrottled",
    "Throttled",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

fn read(text: &str) -> Option<Failure> {
    let line_with = |part: &str| text.lines().find(|line| line.contains(part)).map(cleaned);
    if let Some(failure) = service_error(text) {
        return Some(failure);
    }
    if text.contains("You must specify a region") {
        return Some(Failure::NoRegion);
    }
    if let Some(line) = EXPIRED.iter().find_map(|part| line_with(part)) {
        return Some(Failure::Expired(line));
    }
    if let Some(line) = NO_CREDENTIALS.iter().find_map(|part| line_with(part)) {
        return Some(Failure::NoCredentials(line));
    }
    UNREACHABLE.iter().find_map(|part| line_with(part)).map(Failure::Unreachable)
}

/// `An error occurred (CODE) when calling the OPERATION operation (reached max retries: 4): MESSAGE`
fn service_error(text: &str) -> Option<Failure> {
    let (_, rest) = text.split_once("An error occurred (")?;
    let (code, rest) = rest.split_once(") when calling the ")?;
    let (operation, rest) = rest.split_once(" operation")?;
    let (_, message) = rest.split_once(": ").unwrap_or_default();
    let (code, operation, message) =
        (code.to_owned(), operation.to_owned(), cleaned(message.lines().next().unwrap_or_default()));
    Some(if INVALID.contains(&code.as_str()) {
        Failure::Expired(message)
    } else if DENIED.contains(&code.as_str()) {
        Failure::Denied { operation, message }
    } else if THROTTLED.contains(&code.as_str()) {
        Failure::Throttled { operation }
    } else {
        Failure::Refused { operation, code, message }
    })
}

/// Without what newer versions put before, and the full stop.
fn cleaned(line: &str) -> String {
    let line = line.trim().trim_start_matches("aws: [ERROR]: ");
    line.strip_suffix('.').unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &Failure, shown: &str) {
        let failure = read(text).unwrap();
        assert_eq!(failure, *expected, "{text}");
        assert_eq!(failure.to_string(), shown);
    }

    fn refused(code: &str) -> Failure {
        read(&format!("\nAn error occurred ({code}) when calling the ListRules operation: no\n")).unwrap()
    }

    #[test]
    fn errors_of_services() {
        check(
            "\nAn error occurred (AccessDenied) when calling the DescribeStacks operation: User: arn:aws:iam::123456789012:user/a is not authorized to perform: cloudformation:DescribeStacks\n",
            &Failure::Denied {
                operation: "DescribeStacks".to_owned(),
                message: "User: arn:aws:iam::123456789012:user/a is not authorized to perform: cloudformation:DescribeStacks".to_owned(),
            },
            "DescribeStacks is denied: User: arn:aws:iam::123456789012:user/a is not authorized to perform: cloudformation:DescribeStacks",
        );
        check(
            "\naws: [ERROR]: An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id a does not exist\n\nAdditional error details:\nType: Sender\n",
            &Failure::Refused {
                operation: "DescribeStacks".to_owned(),
                code: "ValidationError".to_owned(),
                message: "Stack with id a does not exist".to_owned(),
            },
            "DescribeStacks failed with ValidationError: Stack with id a does not exist",
        );
        check(
            "\nAn error occurred (Throttling) when calling the DescribeAlarms operation (reached max retries: 4): Rate exceeded\n",
            &Failure::Throttled { operation: "DescribeAlarms".to_owned() },
            "DescribeAlarms was throttled, and again when it was repeated: try again later",
        );
        check(
            "\nAn error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security token included in the request is expired\n",
            &Failure::Expired("The security token included in the request is expired".to_owned()),
            "the credentials that `aws` has are not valid: The security token included in the request is expired; log in again, for example with `aws sso login`",
        );
    }

    #[test]
    fn each_code_is_of_its_kind() {
        for code in DENIED {
            assert!(matches!(refused(code), Failure::Denied { .. }), "{code}");
        }
        for code in THROTTLED {
            assert!(matches!(refused(code), Failure::Throttled { .. }), "{code}");
        }
        for code in INVALID {
            assert!(matches!(refused(code), Failure::Expired(_)), "{code}");
            assert!(refused(code).is_of_every_call());
        }
        let other = refused("ResourceNotFoundException");
        assert!(matches!(&other, Failure::Refused { code, .. } if code == "ResourceNotFoundException"));
        assert!(!other.is_of_every_call());
        // A message without anything after the colon is one too.
        assert!(read("An error occurred (NotFound) when calling the X operation: ").is_some());
    }

    #[test]
    fn what_aws_says_before_it_asks_anybody() {
        check(
            "\nUnable to locate credentials. You can configure credentials by running \"aws configure\".\n",
            &Failure::NoCredentials(
                "Unable to locate credentials. You can configure credentials by running \"aws configure\""
                    .to_owned(),
            ),
            "`aws` has no credentials: Unable to locate credentials. You can configure credentials by running \"aws configure\"; name a profile with --profile, or log in with `aws sso login` or `aws configure`",
        );
        check(
            "\nThe config profile (x) could not be found\n",
            &Failure::NoCredentials("The config profile (x) could not be found".to_owned()),
            "`aws` has no credentials: The config profile (x) could not be found; name a profile with --profile, or log in with `aws sso login` or `aws configure`",
        );
        check(
            "\nError loading SSO Token: Token for a does not exist\n",
            &Failure::Expired("Error loading SSO Token: Token for a does not exist".to_owned()),
            "the credentials that `aws` has are not valid: Error loading SSO Token: Token for a does not exist; log in again, for example with `aws sso login`",
        );
        check(
            "\nYou must specify a region. You can also configure your region by running \"aws configure\".\n",
            &Failure::NoRegion,
            "no region is set: name the one of the stack, for example with --region eu-west-1",
        );
        check(
            "\nCould not connect to the endpoint URL: \"https://sts.eu-west-9.amazonaws.com/\"\n",
            &Failure::Unreachable(
                "Could not connect to the endpoint URL: \"https://sts.eu-west-9.amazonaws.com/\"".to_owned(),
            ),
            "AWS cannot be reached: Could not connect to the endpoint URL: \"https://sts.eu-west-9.amazonaws.com/\"",
        );
    }

    #[test]
    fn an_interruption_is_one() {
        assert!(matches!(Error::from(Failure::Interrupted), Error::Interrupted(_)));
        assert!(matches!(Error::from(refused("NotFound")), Error::Usage(_)));
    }
}
