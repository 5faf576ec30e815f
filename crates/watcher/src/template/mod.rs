//! Handlebars templates of titles and messages: checked when parsed, compiled on first use, rendered to plain
//! text. Nothing is escaped here; each sender escapes for its medium.

mod error;
mod names;
mod print;

use std::sync::{LazyLock, OnceLock};

use handlebars::template::Template as Compiled;
use handlebars::{Context, Handlebars, RenderContext, Renderable, StringOutput};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use error::TemplateError;
pub use names::{HELPERS, Variable};
pub(crate) use print::text_of;

use names::Names;

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
        let names = Names::of(source, &tree);
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
        Compiled::compile(&self.source)
            .map(|tree| Names::of(&self.source, &tree).variables)
            .unwrap_or_default()
    }

    /// Renders to plain text. `variables` is a JSON object; what is missing in it renders as `(none)`.
    ///
    /// # Errors
    /// What handlebars says, which never quotes a value.
    pub fn render(&self, variables: &Context) -> Result<String, String> {
        static REGISTRY: LazyLock<Handlebars<'static>> = LazyLock::new(print::registry);

        let compiled = self.compiled.get_or_init(|| {
            let mut tree = Compiled::compile(&self.source).expect("checked by Template::parse");
            print::print_values(&mut tree);
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
            (
                "{{lookup object \"x\"}} {{lookup list 9}} {{lookup event \"detail\"}}",
                r#"(none) (none) {"n":null}"#,
            ),
            ("{{eq bucket \"demo\"}} {{len (lookup object \"k\")}}", "true 1"),
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
            ("{{#if (eq a)}}x{{/if}}", 7, "`eq` takes 2 arguments, here are 1"),
            ("{{lookup a}}", 2, "`lookup` takes 2 arguments, here are 1"),
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
