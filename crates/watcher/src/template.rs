//! Handlebars templates of titles and messages: checked when parsed, compiled on first use, rendered to plain
//! text. Nothing is escaped here; each sender escapes for its medium.

use std::fmt;
use std::sync::{LazyLock, OnceLock};

use handlebars::template::{HelperTemplate, Parameter, Template as Compiled, TemplateElement};
use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, Path, RenderContext, Renderable, StringOutput,
    TemplateErrorReason, no_escape,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// The helpers that a template may call. handlebars' `log` is left out: it would log the event.
pub const HELPERS: &[&str] = &[
    "if", "unless", "each", "with", "lookup", "raw", "eq", "ne", "gt", "gte", "lt", "lte", "and", "or",
    "not", "len",
];

/// What stands for a value that is not there.
pub(crate) const NONE: &str = "(none)";

/// Our helper that prints a value; no template can name it, since a space is no part of a name.
const TEXT: &str = "text of";

/// A template that is known to parse.
#[derive(Clone, Debug)]
pub struct Template {
    source: String,
    compiled: OnceLock<Compiled>,
}

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    /// What is wrong, and at which byte of the text: syntax, a helper that does not exist, a partial.
    pub fn parse(source: &str) -> Result<Template, TemplateError> {
        let tree = Compiled::compile(source).map_err(|e| TemplateError::syntax(source, &e))?;
        let mut names = Names { source, ..Names::default() };
        names.visit(&tree, false);
        match names.errors.into_iter().next() {
            Some(error) => Err(error),
            None => Ok(Template { source: source.to_owned(), compiled: OnceLock::new() }),
        }
    }

    /// The text as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The variables that the template reads, as far as they are names of the top level: inside `{{#each}}` and
    /// `{{#with}}` a name belongs to the item.
    pub fn variables(&self) -> Vec<Variable> {
        let mut names = Names { source: &self.source, ..Names::default() };
        if let Ok(tree) = Compiled::compile(&self.source) {
            names.visit(&tree, false);
        }
        names.variables
    }

    /// Renders to plain text. `variables` is a JSON object; what is missing in it renders as `(none)`.
    ///
    /// # Errors
    /// What handlebars says, which never quotes a value.
    pub fn render(&self, variables: &Context) -> Result<String, String> {
        static REGISTRY: LazyLock<Handlebars<'static>> = LazyLock::new(registry);

        let compiled = self.compiled.get_or_init(|| {
            let mut tree = Compiled::compile(&self.source).expect("checked by Template::parse");
            print_values(&mut tree);
            tree
        });
        let mut out = StringOutput::new();
        compiled
            .render(&REGISTRY, variables, &mut RenderContext::new(None), &mut out)
            .map_err(|e| e.reason().to_string())?;
        out.into_string().map_err(|e| e.to_string())
    }
}

/// The text; what was compiled from it does not count.
impl PartialEq for Template {
    fn eq(&self, other: &Template) -> bool {
        self.source == other.source
    }
}

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.source.serialize(serializer)
    }
}

/// Reads the embedded form without parsing the template again: 12 µs for each that is saved at each cold start.
impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Template, D::Error> {
        let source = String::deserialize(deserializer)?;
        Ok(Template { source, compiled: OnceLock::new() })
    }
}

/// A name that a template reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The first step of the path: `event` of `event.detail.x`.
    pub name: String,
    /// Where the name stands in the template, in bytes.
    pub offset: usize,
}

/// A template that does not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// Where in the template, in bytes.
    pub offset: usize,
    /// What is wrong, in our words.
    pub message: String,
}

impl TemplateError {
    fn syntax(source: &str, error: &handlebars::TemplateError) -> TemplateError {
        let offset = error.pos().map_or(0, |(line, column)| offset_of(source, line, column));
        let message = match error.reason() {
            TemplateErrorReason::MismatchingClosedHelper(open, close)
            | TemplateErrorReason::MismatchingClosedDecorator(open, close) => {
                format!("`{{{{#{}}}}}` is closed by `{{{{/{}}}}}`", bare(open), bare(close))
            }
            TemplateErrorReason::NestedSubexpression => "a subexpression inside a subexpression is not supported".to_owned(),
            TemplateErrorReason::InvalidParam(param) => format!("`{param}` is no parameter"),
            _ if offset >= source.trim_end().len() => {
                "the template ends inside a `{{…}}` or before its `{{/…}}`: close it".to_owned()
            }
            _ => "not a Handlebars template from here on: expected a name, a helper or text; a literal `{{` is written `\\{{`"
                .to_owned(),
        };
        TemplateError { offset, message }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TemplateError {}

fn bare(quoted: &str) -> &str {
    quoted.trim_matches('"')
}

/// The byte of a place given as line and column, both from 1, the column in characters.
fn offset_of(source: &str, line: usize, column: usize) -> usize {
    let start: usize = source.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &source[start..];
    start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
}

fn registry() -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.register_escape_fn(no_escape);
    registry.unregister_helper("log");
    registry.register_helper(TEXT, Box::new(print_value));
    registry
}

/// `{{name}}` becomes a call of our helper, so that lists, objects and what is missing print as people expect.
fn print_values(tree: &mut Compiled) {
    for element in &mut tree.elements {
        match element {
            TemplateElement::Expression(call) | TemplateElement::HtmlExpression(call)
                if call.params.is_empty() && call.hash.is_empty() =>
            {
                if let Parameter::Name(name) = &call.name
                    && let Ok(path) = Path::parse(name)
                {
                    call.params = vec![Parameter::Path(path)];
                    call.name = Parameter::Name(TEXT.to_owned());
                } else if let Parameter::Path(_) = &call.name {
                    call.params = vec![std::mem::replace(&mut call.name, Parameter::Name(TEXT.to_owned()))];
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
    match call.param(0) {
        Some(value) if !value.is_value_missing() => out.write(&text_of(value.value()))?,
        _ => out.write(NONE)?,
    }
    Ok(())
}

/// A value as people read it: several joined with `, `, an object as compact JSON.
fn text_of(value: &Value) -> String {
    match value {
        Value::Null => NONE.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => NONE.to_owned(),
        Value::Array(values) => values.iter().map(text_of).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// Collects the names of a template.
#[derive(Default)]
struct Names<'a> {
    source: &'a str,
    variables: Vec<Variable>,
    errors: Vec<TemplateError>,
}

impl Names<'_> {
    /// `scoped`: inside `{{#each}}` or `{{#with}}`, where a name belongs to the item.
    fn visit(&mut self, tree: &Compiled, scoped: bool) {
        for (index, element) in tree.elements.iter().enumerate() {
            let from = tree.mapping.get(index).map_or(0, |at| offset_of(self.source, at.0, at.1));
            match element {
                TemplateElement::Expression(call) | TemplateElement::HtmlExpression(call) => {
                    if call.params.is_empty() && call.hash.is_empty() {
                        self.parameter(&call.name, from, scoped);
                    } else {
                        self.call(call, from, scoped);
                    }
                }
                TemplateElement::HelperBlock(block) => {
                    self.call(block, from, scoped);
                    let inner = scoped || matches!(block.name.as_name(), Some("each" | "with"));
                    if let Some(template) = &block.template {
                        self.visit(template, inner);
                    }
                    if let Some(inverse) = &block.inverse {
                        self.visit(inverse, scoped);
                    }
                }
                TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
                // Partials and decorators; handlebars may add kinds.
                _ => self.errors.push(TemplateError {
                    offset: from,
                    message: "partials and decorators are not supported: write the text out".to_owned(),
                }),
            }
        }
    }

    fn call(&mut self, call: &HelperTemplate, from: usize, scoped: bool) {
        self.helper(&call.name, from);
        for parameter in call.params.iter().chain(call.hash.values()) {
            self.parameter(parameter, from, scoped);
        }
    }

    fn helper(&mut self, name: &Parameter, from: usize) {
        let name = name.as_name().unwrap_or_default();
        if !HELPERS.contains(&name) {
            self.errors.push(TemplateError {
                offset: self.place(name, from),
                message: format!("there is no helper `{name}`: the helpers are {}", HELPERS.join(", ")),
            });
        }
    }

    fn parameter(&mut self, parameter: &Parameter, from: usize, scoped: bool) {
        match parameter {
            Parameter::Name(name) => self.variable(name, from, scoped),
            Parameter::Path(Path::Relative((_, raw))) => self.variable(raw, from, scoped),
            Parameter::Subexpression(inner) => {
                self.helper(&Parameter::Name(inner.name().to_owned()), from);
                for parameter in inner
                    .params()
                    .into_iter()
                    .flatten()
                    .chain(inner.hash().into_iter().flat_map(|h| h.values()))
                {
                    self.parameter(parameter, from, scoped);
                }
            }
            // Literals and locals such as `@index`; handlebars may add kinds.
            _ => {}
        }
    }

    fn variable(&mut self, raw: &str, from: usize, scoped: bool) {
        let bare = raw.trim_start_matches("this.").trim_start_matches("./");
        let name = bare.split(['.', '/', '[']).next().unwrap_or_default();
        if scoped || name.is_empty() || name == "this" || raw.starts_with("..") {
            return;
        }
        self.variables.push(Variable { name: name.to_owned(), offset: self.place(name, from) });
    }

    /// handlebars tells where a `{{` stands; the name is the first whole word of that text behind it.
    fn place(&self, name: &str, from: usize) -> usize {
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let rest = &self.source[from..];
        rest.match_indices(name)
            .find(|(at, _)| !rest[..*at].ends_with(is_word) && !rest[at + name.len()..].starts_with(is_word))
            .map_or(from, |(at, _)| from + at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn render(source: &str) -> String {
        let variables = json!({
            "bucket": "demo", "no": false, "zero": 0, "empty": "", "list": ["a", 1, {"k": [true]}], "object": {"k": "v"},
            "nothing": null, "len": "a field of that name", "html": "<a href=\"x\">&'", "event": {"detail": {"n": null}},
        });
        Template::parse(source).unwrap().render(&Context::wraps(variables).unwrap()).unwrap()
    }

    #[test]
    fn values_print_as_people_read_them() {
        let cases = [
            ("{{bucket}}|{{{bucket}}}|{{ bucket }}", "demo|demo|demo"),
            (
                "{{missing}} {{nothing}} {{event.detail.n}} {{event.detail.x.y}}",
                "(none) (none) (none) (none)",
            ),
            ("{{no}} {{zero}} [{{empty}}]", "false 0 []"),
            ("{{list}}", r#"a, 1, {"k":[true]}"#),
            ("{{list.[0]}} {{list.1}}", "a 1"),
            ("{{object}} {{object.k}}", r#"{"k":"v"} v"#),
            ("{{len}} {{len list}}", "a field of that name 3"),
            ("{{html}}", "<a href=\"x\">&'"),
            ("{{#if missing}}a{{else}}b{{/if}}{{#if bucket}}c{{/if}}", "bc"),
            ("{{#each list}}{{this}};{{/each}}", r#"a;1;{"k":[true]};"#),
            ("{{#if (eq bucket \"demo\")}}yes {{missing}}{{/if}}", "yes (none)"),
            ("{{#with object}}{{k}}{{/with}}", "v"),
            (r"\{{bucket}}", "{{bucket}}"),
        ];
        for (source, expected) in cases {
            assert_eq!(render(source), expected, "{source}");
        }
    }

    #[test]
    fn errors_say_what_and_where() {
        let cases = [
            ("a {{#if x}} b", 13, "the template ends inside"),
            ("a {{#if x}}{{/each}}", 11, "`{{#if}}` is closed by `{{/each}}`"),
            ("a {{bucket", 10, "the template ends inside"),
            ("a {{}} b", 4, "not a Handlebars template from here on"),
            ("{{upper x}}", 2, "there is no helper `upper`: the helpers are if, unless"),
            ("é {{log x}}", 5, "there is no helper `log`"),
            ("{{> partial}}", 0, "partials and decorators are not supported"),
        ];
        for (source, offset, message) in cases {
            let error = Template::parse(source).unwrap_err();
            assert!(error.message.starts_with(message), "{source}: {error:?}");
            assert_eq!(error.offset, offset, "{source}: {error:?}");
        }
    }

    #[test]
    fn variables_are_found_where_they_stand() {
        let source =
            "{{a}} {{#if bb}}{{c.d}}{{else}}{{e}}{{/if}}{{#each list}}{{x}}{{/each}}{{#if (eq f 1)}}{{/if}}";
        let template = Template::parse(source).unwrap();
        let found: Vec<String> = template.variables().into_iter().map(|v| v.name).collect();
        assert_eq!(found, ["a", "bb", "c", "e", "list", "f"]);
        for variable in template.variables() {
            assert!(source[variable.offset..].starts_with(&variable.name), "{variable:?}");
        }
    }
}
