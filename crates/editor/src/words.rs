//! What the standard variables and the helpers of templates are, in a sentence each.

/// The standard variables.
pub(crate) const VARIABLES: [(&str, &str); 16] = [
    (
        "actor",
        "The human behind the call: the session name behind an assumed role, the user's name, `Root`, or the service that called.",
    ),
    (
        "identity_arn",
        "The caller's ARN as CloudTrail has it; without one, the service, user or account in its place.",
    ),
    ("identity_type", "What kind of caller it is: `IAMUser`, `AssumedRole`, `Root` …"),
    ("account", "The account's name from `[accounts]` or AWS Organizations; without a name, its id."),
    ("region", "The event's region."),
    ("time", "When it was, in UTC."),
    ("event_name", "The API call, or a native event's detail-type."),
    ("call", "The API call as people read it: `CreateFunction` of `CreateFunction20150331`."),
    ("source_ip", "From which address the call came, or which service."),
    ("error_code", "Why it failed, as CloudTrail recorded it; absent if it succeeded."),
    ("error_message", "What the service said of the failure."),
    ("outcome", "`succeeded`, or `failed: CODE`."),
    (
        "target",
        "The resource that the event is about: its name, id or ARN; absent if the event does not tell it.",
    ),
    ("target_link", "The resource in AWS's console, where it has a page of its own."),
    ("link", "The event in CloudTrail's console."),
    ("event", "All of the event: `{{event.detail.userAgent}}`."),
];

/// The helpers, each with its arguments.
pub(crate) const HELPERS: [(&str, &str, &str); 26] = [
    ("if", "#if value", "The text inside if the value is not absent, `false`, `0` or empty."),
    ("unless", "#unless value", "The text inside if the value is absent, `false`, `0` or empty."),
    ("each", "#each list", "The text inside once for each element, which is `this`."),
    ("with", "#with object", "The text inside with the object's keys as variables."),
    ("lookup", "lookup object key", "The value of a key, or of a list's index."),
    ("raw", "#raw", "The text inside as it stands."),
    ("eq", "eq a b", "Whether both are equal."),
    ("ne", "ne a b", "Whether both differ."),
    ("gt", "gt a b", "Whether `a` is greater."),
    ("gte", "gte a b", "Whether `a` is greater or equal."),
    ("lt", "lt a b", "Whether `a` is less."),
    ("lte", "lte a b", "Whether `a` is less or equal."),
    ("and", "and a b", "Whether both hold."),
    ("or", "or a b", "Whether one of them holds."),
    ("not", "not a", "Whether it does not hold."),
    ("len", "len value", "How many elements, keys or bytes it has."),
    ("public", "public policy", "Whether a policy lets everybody in."),
    ("principals", "principals policy", "Whom a policy lets in."),
    (
        "others",
        "others policy event.account",
        "Those a policy lets in that belong neither to the account nor to AWS.",
    ),
    ("admin", "admin policy", "Whether a policy allows all actions on all resources."),
    ("starred", "starred policy", "The actions with a `*` that a policy allows."),
    ("world", "world ranges", "Whether an address range is the internet, or half of it."),
    ("statements", "statements policy", "What each statement of a policy says, for `{{#each}}`."),
    (
        "settings",
        "settings object",
        "The settings of an object by their names; what is null or empty is left out.",
    ),
    (
        "named",
        "named arn event.account",
        "The name in an ARN or a queue's URL; an ARN of another account stays one.",
    ),
    ("duration", "duration seconds", "A number of seconds in the largest whole unit: `36 hours`."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_and_helper_is_described() {
        let names: Vec<&str> = VARIABLES.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, watcher::STANDARD_VARIABLES);
        let names: Vec<&str> = HELPERS.iter().map(|(name, ..)| *name).collect();
        assert_eq!(names, watcher::HELPERS);
        for (name, form, _) in HELPERS {
            assert_eq!(form.trim_start_matches('#').split(' ').next(), Some(name));
            let text = match form.strip_prefix('#') {
                Some(form) => format!("{{{{#{form}}}}}{{{{/{name}}}}}"),
                None => format!("{{{{{form}}}}}"),
            };
            let errors = watcher::Template::parse_all(&text).errors;
            assert!(name == "raw" || errors.is_empty(), "{text}: {errors:?}");
        }
    }
}
