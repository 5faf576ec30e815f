//! How values print: lists, objects and what is missing as people expect, not as handlebars does it.

use std::mem;

use handlebars::template::{Parameter, Subexpression, Template as Compiled, TemplateElement};
use handlebars::{Context, Handlebars, Helper, HelperResult, Output, Path, RenderContext, no_escape};
use serde_json::Value;

use crate::channels::text::value;
use crate::words::decoded;

/// What stands for a value that is not there.
const NONE: &str = "(none)";

/// Our helper that prints a value; no template can name it, since a space is not part of a name.
const TEXT: &str = "text of";

/// The helpers, without escaping.
pub(super) fn registry() -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.register_escape_fn(no_escape);
    registry.unregister_helper("log");
    super::helpers::register(&mut registry);
    registry.register_helper(TEXT, Box::new(print_value));
    registry
}

/// The same for templates of JSON.
pub(super) fn json_registry() -> Handlebars<'static> {
    let mut registry = registry();
    registry.register_helper(TEXT, Box::new(print_in_json));
    registry
}

/// `{{name}}` and `{{lookup a b}}` become calls of our helper, so that lists, objects and what is missing print as people
/// expect.
pub(super) fn print_values(tree: &mut Compiled) {
    for element in &mut tree.elements {
        match element {
            TemplateElement::Expression(call) | TemplateElement::HtmlExpression(call) => {
                let value = match (&call.name, call.params.is_empty() && call.hash.is_empty()) {
                    (Parameter::Name(name), true) => Path::parse(name).ok().map(Parameter::Path),
                    (value, true) => Some(value.clone()),
                    (name, false) => {
                        let (params, hash) = (mem::take(&mut call.params), mem::take(&mut call.hash));
                        Some(Parameter::Subexpression(Subexpression::new(name.clone(), params, hash)))
                    }
                };
                if let Some(value) = value {
                    call.params = vec![value];
                    call.name = Parameter::Name(TEXT.to_owned());
                }
            }
            TemplateElement::HelperBlock(block) => {
                block.template.as_mut().map(print_values);
                block.inverse.as_mut().map(print_values);
            }
            _ => {}
        }
    }
}

fn print_value(
    call: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(&value(&text(call)))?;
    Ok(())
}

fn print_in_json(
    call: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let quoted = Value::String(text(call)).to_string();
    out.write(&quoted[1..quoted.len() - 1])?;
    Ok(())
}

fn text(call: &Helper<'_>) -> String {
    match call.param(0) {
        Some(found) if !found.is_value_missing() => text_of(found.value()),
        _ => NONE.to_owned(),
    }
}

/// A value as people read it: several joined with `, `, an object as compact JSON, an ARN as it is written.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::Null => NONE.to_owned(),
        Value::String(text) => decoded(text).unwrap_or_else(|| text.clone()),
        Value::Array(values) if values.is_empty() => NONE.to_owned(),
        Value::Array(values) => values.iter().map(text_of).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
