//! The process: everything is made once, then invocations are handled until Lambda ends it.

use std::process::ExitCode;
use std::time::Duration;

use account_watcher::accounts::Accounts;
use account_watcher::channels::{Post, Services, Sns};
use account_watcher::function::Function;
use account_watcher::log::{Line, quiet_panics};
use account_watcher::ports::Ports;
use account_watcher::queue::Sqs;
use account_watcher::secrets::{Secrets, Ssm};
use account_watcher::settings::{Env, Settings, SettingsError, env, topic_faults};
use account_watcher::state::{DynamoDb, Store};
use account_watcher::{aws, http};
use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::json;
use serde_json::value::RawValue;
use watcher::Watchers;

/// The files of `watchers/`, as build.rs has checked them.
const WATCHERS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/watchers.json"));

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    quiet_panics(print);
    let watchers = Watchers::embedded(WATCHERS);
    let env = env();
    let http = http::client();
    let settings = match Settings::read(&env, &watchers) {
        Ok(settings) => settings,
        Err(error) => return refuse(&http, &env, &error).await,
    };
    for fault in topic_faults(&env, &watchers) {
        print(&Line::new("a channel cannot work", "", Timestamp::now()).with_error(fault).to_json());
    }
    let config = aws::config(http.clone(), &env).await;
    let function = Function {
        watchers,
        ports: Ports {
            channels: Services {
                post: Post::new(
                    http,
                    Secrets::new(Ssm::new(config.clone(), env.clone())),
                    Timestamp::now,
                    Box::new(print),
                ),
                sns: Sns::new(config.clone(), env.clone()),
            },
            state: match settings.state_table.clone() {
                Some(table) => Store::DynamoDb(DynamoDb::new(config.clone(), env.clone(), table)),
                None => Store::Memory(Box::default()),
            },
            accounts: if settings.account_names {
                Accounts::of_organization(config.clone(), env.clone())
            } else {
                Accounts::default()
            },
            queue: Sqs::new(config, env, &settings),
            now: Box::new(Timestamp::now),
            write: Box::new(print),
        },
        settings,
    };
    let function = &function;
    // The payload as its text: patterns are matched against what arrived, not against what a parser made of it.
    let handler = service_fn(async |event: LambdaEvent<Box<RawValue>>| {
        let deadline = Timestamp::from_millisecond(i64::try_from(event.context.deadline).unwrap_or(i64::MAX));
        let remaining = deadline.unwrap_or(Timestamp::MAX).duration_since(Timestamp::now());
        let remaining = Duration::try_from(remaining).unwrap_or_default();
        // On the heap: it holds all that an invocation can be in the middle of.
        Box::pin(function.handle(event.payload.get(), &event.context.request_id, remaining)).await
    });
    match lambda_runtime::run(handler).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print(&Line::new("stopped", "", Timestamp::now()).with_error(error.to_string()).to_json());
            ExitCode::FAILURE
        }
    }
}

/// Lambda makes a log event of each line of standard output.
fn print(line: &str) {
    println!("{line}");
}

/// Says why the function cannot start: in the log, and to Lambda, which shows it to whoever invoked the function.
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-initerror>
async fn refuse(http: &reqwest::Client, env: &Env, error: &SettingsError) -> ExitCode {
    print(&Line::new("cannot start", "", Timestamp::now()).with_error(error.to_string()).to_json());
    if let Some(host) = env("AWS_LAMBDA_RUNTIME_API") {
        let body =
            json!({"errorType": "Runtime.Environment", "errorMessage": error.to_string(), "stackTrace": []});
        let request =
            http.post(format!("http://{host}/2018-06-01/runtime/init/error")).body(body.to_string());
        let _ = request.header("Lambda-Runtime-Function-Error-Type", "Runtime.Environment").send().await;
    }
    ExitCode::FAILURE
}
