//! What a deployed stack has, asked for with `aws`: where it is, its function, and its rules.

use std::collections::{BTreeMap, BTreeSet};

use event_pattern::Pattern;
use plan::DeployedRule;
use rules::Rule;
use serde_json::Value;

use crate::aws::Aws;
use crate::exit::Error;

/// A stack.
pub(crate) struct Stack {
    /// The account that it is in.
    pub(crate) account: String,
    /// The name of its function.
    pub(crate) function: String,
}

impl Stack {
    /// # Errors
    /// It cannot be asked for, or is not Account Watcher's.
    pub(crate) fn find(name: &str, aws: &Aws) -> Result<Stack, Error> {
        let answer = aws.ask("cloudformation", "describe-stacks", &["--stack-name", name])?;
        let stack = &answer["Stacks"][0];
        let account = stack["StackId"].as_str().and_then(|arn| arn.split(':').nth(4));
        let mut outputs = stack["Outputs"].as_array().into_iter().flatten();
        let function = outputs.find(|output| output["OutputKey"] == "FunctionName");
        match (account, function.and_then(|output| output["OutputValue"].as_str())) {
            (Some(account), Some(function)) => {
                Ok(Stack { account: account.to_owned(), function: function.to_owned() })
            }
            _ => Err(Error::usage(format!(
                "the stack `{name}` has no output FunctionName: is it Account Watcher's?"
            ))),
        }
    }
}

/// The rules that deliver to the stack's function, as they are in the account.
pub(crate) fn rules(stack: &str, aws: &Aws) -> Result<Vec<DeployedRule>, Error> {
    let listed = aws.ask("cloudformation", "list-stack-resources", &["--stack-name", stack])?;
    let places = placed(&listed);
    if places.is_empty() {
        return Err(Error::usage(format!(
            "the stack `{stack}` has no rules of Account Watcher's function: is it this stack, in this region?"
        )));
    }
    let buses: BTreeSet<Option<&str>> = places.keys().map(|(bus, _)| bus.as_deref()).collect();
    let mut found = Vec::new();
    for bus in buses {
        let of_bus = bus.map_or_else(Vec::new, |bus| vec!["--event-bus-name", bus]);
        let listed = aws.ask("events", "list-rules", &of_bus)?;
        for rule in listed["Rules"].as_array().into_iter().flatten() {
            let text = |key: &str| rule[key].as_str().unwrap_or_default().to_owned();
            let name = text("Name");
            let Some(id) = places.get(&(bus.map(str::to_owned), name.clone())) else { continue };
            let pattern = Pattern::parse(&text("EventPattern")).map_err(|e| {
                Error::usage(format!(
                    "the stack `{stack}`: the pattern of the rule {name} cannot be read: {e}"
                ))
            })?;
            found.push(DeployedRule { id: id.clone(), name, pattern, state: text("State") });
        }
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

/// The ids of the function's rules, by bus and name; no bus is the default one. CloudFormation says `BUS|NAME` of a rule on another.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html#aws-resource-events-rule-return-values>
fn placed(listed: &Value) -> BTreeMap<(Option<String>, String), String> {
    let resources = listed["StackResourceSummaries"].as_array().into_iter().flatten();
    let place = |resource: &Value| {
        let is_rule = resource["ResourceType"] == "AWS::Events::Rule";
        let id = Rule::id_of(resource["LogicalResourceId"].as_str()?).filter(|_| is_rule)?;
        let physical = resource["PhysicalResourceId"].as_str()?;
        let place = match physical.split_once('|') {
            Some((bus, name)) => (Some(bus.to_owned()), name.to_owned()),
            None => (None, physical.to_owned()),
        };
        Some((place, id.to_owned()))
    };
    resources.filter_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rules_are_found_on_whatever_bus() {
        let rule = |logical: &str, physical: &str| json!({"LogicalResourceId": logical, "PhysicalResourceId": physical, "ResourceType": "AWS::Events::Rule"});
        let topic = json!({"LogicalResourceId": "FunctionX", "PhysicalResourceId": "x", "ResourceType": "AWS::SNS::Topic"});
        let listed = json!({"StackResourceSummaries": [
            rule("FunctionBucket00", "stack-FunctionBucket00-1"),
            rule("FunctionRest", "partner|stack-FunctionRest-2"),
            rule("ForwardedEvents", "stack-ForwardedEvents-3"),
            topic,
        ]});
        let expected = [
            ((None, "stack-FunctionBucket00-1".to_owned()), "Bucket00".to_owned()),
            ((Some("partner".to_owned()), "stack-FunctionRest-2".to_owned()), "Rest".to_owned()),
        ];
        assert_eq!(placed(&listed), BTreeMap::from(expected));
    }
}
