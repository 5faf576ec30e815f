//! Asking the command `aws`.
//!
//! `aws` itself is asked, not the SDK, as `git` is: it takes the credentials as people have them (SSO, MFA, profiles,
//! processes), who deploys a stack has it, and a finding can name the very command that shows it. The SDK has a crate
//! for each service, an async runtime and TLS, which a linter should not carry. Version 1 and 2 are the same here:
//! nothing is used that one of them lacks.

mod failure;

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

pub(crate) use failure::Failure;

/// `aws` with the profile and the region that were asked for.
///
/// Ask one thing alone before asking in parallel: with MFA the first call asks for the code and caches what it gets.
#[derive(Clone, Debug)]
pub(crate) struct Aws {
    program: OsString,
    profile: Option<String>,
    region: Option<String>,
}

impl Aws {
    /// What is not given here is as the environment and the files of `aws` say.
    pub(crate) fn new(profile: Option<&str>, region: Option<&str>) -> Aws {
        // Version 1 knows the second name only, version 2 and the SDKs both, the first one first.
        let named = || ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().find_map(|name| env::var(name).ok());
        Aws {
            program: OsString::from("aws"),
            profile: profile.map(str::to_owned),
            region: region.map(str::to_owned).or_else(named).filter(|region| !region.is_empty()),
        }
    }

    /// The same in another region.
    pub(crate) fn in_region(&self, region: &str) -> Aws {
        Aws { region: Some(region.to_owned()), ..self.clone() }
    }

    /// What an operation answers: all pages of it; null if it has nothing to say.
    /// `ask("sns", "get-topic-attributes", &["--topic-arn", arn])`. No secret may be among the arguments: every user of
    /// the machine can read them.
    pub(crate) fn ask(
        &self,
        service: &str,
        operation: &str,
        arguments: &[impl AsRef<OsStr>],
    ) -> Result<Value, Failure> {
        let output = self.command(service, operation, arguments).output().map_err(|e| not_run(&e))?;
        answer(service, operation, &output)
    }

    /// Invokes a function and waits: what Lambda says of it (`FunctionError`, `StatusCode`), and what the function answers.
    /// The payload and the answer are files in this folder while it runs.
    pub(crate) fn invoke(
        &self,
        function: &str,
        payload: &[u8],
        folder: &Path,
    ) -> Result<(Value, Vec<u8>), Failure> {
        let (asked, answered) = (folder.join("payload"), folder.join("answer"));
        let of_files =
            |e: io::Error| Failure::Other(format!("cannot use files in {}: {e}", folder.display()));
        std::fs::write(&asked, payload).map_err(of_files)?;

        // Both versions send the bytes of a file as they are, where they differ in what text means. And `aws` would take a
        // minute's silence for a lost connection and invoke once more.
        let mut given = OsString::from("fileb://");
        given.push(&asked);
        let arguments: [&OsStr; 7] = [
            "--function-name".as_ref(),
            function.as_ref(),
            "--payload".as_ref(),
            &given,
            "--cli-read-timeout".as_ref(),
            "900".as_ref(), // the longest that a function may run
            answered.as_ref(),
        ];
        let said = self.ask("lambda", "invoke", &arguments)?;
        let answer = std::fs::read(&answered).map_err(of_files)?;
        Ok((said, answer))
    }

    fn command(&self, service: &str, operation: &str, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(&self.program);
        command.args([service, operation, "--output", "json"]);
        for (option, value) in [("--profile", &self.profile), ("--region", &self.region)] {
            if let Some(value) = value {
                command.args([option, value]);
            }
        }
        command.args(arguments);
        // No pager, no questions, no colours; UTF-8 wherever version 1 runs.
        command.env("AWS_PAGER", "").env("AWS_CLI_AUTO_PROMPT", "off").env("PYTHONIOENCODING", "utf-8");
        command.stdin(Stdio::null());
        command
    }
}

fn not_run(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => Failure::NotInstalled,
        _ => Failure::Other(format!("the command `aws` cannot be run: {error}")),
    }
}

fn answer(service: &str, operation: &str, output: &Output) -> Result<Value, Failure> {
    if !output.status.success() {
        return Err(Failure::of(service, operation, output));
    }
    if output.stdout.trim_ascii().is_empty() {
        return Ok(Value::Null);
    }
    // Not what it is: an answer may be a secret.
    serde_json::from_slice(&output.stdout).map_err(|e| {
        Failure::Other(format!("`aws {service} {operation}` printed something that is not JSON: {e}"))
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// `tests/aws/aws`, which does what its operation says.
    fn fake() -> Aws {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/aws/aws");
        Aws {
            program: program.into(),
            profile: Some("audit".to_owned()),
            region: Some("eu-west-1".to_owned()),
        }
    }

    #[test]
    fn it_is_asked_in_json_with_profile_and_region() {
        let asked = fake().ask("echo", "arguments", &["--stack-name", "a b"]).unwrap();
        let expected = [
            "echo",
            "arguments",
            "--output",
            "json",
            "--profile",
            "audit",
            "--region",
            "eu-west-1",
            "--stack-name",
            "a b",
        ];
        assert_eq!(asked, serde_json::json!({"arguments": expected, "pager": ""}));
        let elsewhere = fake().in_region("us-east-1").ask("echo", "arguments", &[""; 0]).unwrap();
        assert_eq!(elsewhere["arguments"][7], "us-east-1");
    }

    #[test]
    fn nothing_is_an_answer() {
        assert_eq!(fake().ask("nothing", "to-say", &[""; 0]), Ok(Value::Null));
    }

    #[test]
    fn what_is_not_json_is_not_shown() {
        let failure = fake().ask("secret", "text", &[""; 0]).unwrap_err();
        let expected =
            "`aws secret text` printed something that is not JSON: expected value at line 1 column 1";
        assert_eq!(failure.to_string(), expected);
    }

    #[test]
    fn a_refusal_is_understood() {
        let failure = fake().ask("refuse", "describe-things", &[""; 0]).unwrap_err();
        let denied = Failure::Denied {
            operation: "DescribeThings".to_owned(),
            message: "User: x is not authorized".to_owned(),
        };
        assert_eq!(failure, denied);
        let interrupted = fake().ask("interrupted", "by-ctrl-c", &[""; 0]);
        assert_eq!(interrupted, Err(Failure::Interrupted));
    }

    #[test]
    fn a_missing_command_is_said() {
        let aws = Aws { program: OsString::from("/nowhere/aws"), ..fake() };
        assert_eq!(aws.ask("sts", "get-caller-identity", &[""; 0]), Err(Failure::NotInstalled));
    }

    #[test]
    fn an_invocation_takes_and_gives_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let (said, answer) = fake().invoke("function-1", b"{\"a\": \"\\u00e9\"}", folder.path()).unwrap();
        assert_eq!(said, serde_json::json!({"StatusCode": 200, "function": "function-1"}));
        assert_eq!(answer, b"{\"a\": \"\\u00e9\"}");
    }
}
