//! The helpers that know AWS: of policies, of address ranges, and of what a request says in words. `HELPERS` names them
//! with those of handlebars.

use handlebars::{Context, Handlebars, Helper, HelperDef, RenderContext, RenderError, ScopedJson};
use serde_json::Value;

use crate::statements::statements;
use crate::{cidr, policy, words};

/// A helper: its name, how many arguments it takes, and what it makes of the first and the second.
type Known = (&'static str, usize, fn(&Value, &Value) -> Value);

pub(super) const KNOWN: [Known; 10] = [
    ("public", 1, |policy, _| Value::from(policy::is_public(policy))),
    ("principals", 1, |policy, _| Value::from(policy::principals(policy))),
    ("others", 2, |policy, own| Value::from(policy::others(policy, own.as_str().unwrap_or_default()))),
    ("admin", 1, |policy, _| Value::from(policy::is_admin(policy))),
    ("starred", 1, |policy, _| Value::from(policy::starred(policy))),
    ("world", 1, |ranges, _| Value::from(cidr::holds_world(ranges))),
    ("statements", 1, |policy, _| Value::from(statements(policy))),
    ("settings", 1, |object, _| words::settings(object)),
    ("named", 1, |arn, own| words::named(arn, own.as_str().unwrap_or_default())),
    ("duration", 1, |seconds, _| words::duration(seconds)),
];

struct Function(fn(&Value, &Value) -> Value);

impl HelperDef for Function {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        call: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let value = |index| call.param(index).map_or(&Value::Null, |param| param.value());
        Ok(ScopedJson::Derived((self.0)(value(0), value(1))))
    }
}

pub(super) fn register(registry: &mut Handlebars<'static>) {
    for (name, _, function) in KNOWN {
        registry.register_helper(name, Box::new(Function(function)));
    }
}
