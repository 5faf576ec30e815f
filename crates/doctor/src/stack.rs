//! The stack, as CloudFormation knows it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::ask::{Ask, Unanswered, list, text};
use crate::call::{DESCRIBE_STACKS, LIST_STACK_RESOURCES};

/// A deployed stack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stack {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub region: String,
    /// Whose it is.
    pub account: String,
    /// `aws`, or the like.
    pub partition: String,
    /// What CloudFormation says of it.
    pub status: String,
    parameters: BTreeMap<String, String>,
    outputs: BTreeMap<String, String>,
    /// Type and physical id by logical id.
    resources: BTreeMap<String, (String, String)>,
}

/// Why there is nothing to examine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoStack {
    /// It cannot be asked for.
    Unanswered(Unanswered),
    /// There is none of that name.
    Missing,
    /// It is not one of Account Watcher.
    Other,
}

impl From<Unanswered> for NoStack {
    fn from(unanswered: Unanswered) -> NoStack {
        NoStack::Unanswered(unanswered)
    }
}

impl Stack {
    /// The stack of that name.
    pub fn find(name: &str, ask: &dyn Ask) -> Result<Stack, NoStack> {
        let answer = match ask.ask(&DESCRIBE_STACKS, &["--stack-name", name]) {
            // CloudFormation's code for it is one for many things.
            Err(unanswered) if unanswered.reason.contains("does not exist") => return Err(NoStack::Missing),
            answer => answer?,
        };
        let stack = list(&answer, "Stacks").first().ok_or(NoStack::Missing)?;
        let pairs = |list_of: &str, key: &str, value: &str| -> BTreeMap<String, String> {
            let pair = |one: &Value| (text(one, key).to_owned(), text(one, value).to_owned());
            list(stack, list_of).iter().map(pair).collect()
        };
        let outputs = pairs("Outputs", "OutputKey", "OutputValue");
        if !outputs.contains_key("FunctionName") || !outputs.contains_key("DeadLetterQueueUrl") {
            return Err(NoStack::Other);
        }
        // arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/NAME/ID
        let arn: Vec<&str> = text(stack, "StackId").split(':').collect();
        let part = |index: usize| arn.get(index).copied().unwrap_or_default().to_owned();
        let answer = ask.ask(&LIST_STACK_RESOURCES, &["--stack-name", name])?;
        let resources = list(&answer, "StackResourceSummaries").iter().filter_map(|one| {
            let (logical, physical) = (text(one, "LogicalResourceId"), text(one, "PhysicalResourceId"));
            let there = !physical.is_empty() && text(one, "ResourceStatus") != "DELETE_COMPLETE";
            there.then(|| (logical.to_owned(), (text(one, "ResourceType").to_owned(), physical.to_owned())))
        });
        Ok(Stack {
            name: text(stack, "StackName").to_owned(),
            region: part(3),
            account: part(4),
            partition: part(1),
            status: text(stack, "StackStatus").to_owned(),
            parameters: pairs("Parameters", "ParameterKey", "ParameterValue"),
            resources: resources.collect(),
            outputs,
        })
    }

    /// What the resource is really called.
    pub(crate) fn id(&self, logical: &str) -> Option<&str> {
        self.resources.get(logical).map(|(_, id)| id.as_str())
    }

    /// Logical and physical ids of all resources of a type.
    pub(crate) fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.resources
            .iter()
            .filter(move |(_, (of, _))| of == kind)
            .map(|(logical, (_, id))| (logical.as_str(), id.as_str()))
    }

    /// The value of a parameter; an empty one of none.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// The value of an output; an empty one of none.
    pub(crate) fn output(&self, name: &str) -> &str {
        self.outputs.get(name).map_or("", String::as_str)
    }

    /// The ARN of something in this account and region.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.partition, self.region, self.account)
    }

    /// The ARN of the function.
    pub(crate) fn function_arn(&self) -> String {
        self.arn("lambda", &format!("function:{}", self.output("FunctionName")))
    }

    /// The ARN of a queue with this URL.
    pub(crate) fn queue_arn(&self, url: &str) -> String {
        self.arn("sqs", url.rsplit('/').next().unwrap_or_default())
    }
}
