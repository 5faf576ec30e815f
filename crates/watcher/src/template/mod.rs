//! Handlebars templates of titles and messages: checked when parsed, compiled on first use, rendered to plain
//! text. Nothing is escaped here; each sender escapes for its medium.

mod error;
mod helpers;
mod names;
mod parsed;
mod print;
mod read;
mod scope;
mod tree;

use std::sync::{LazyLock, OnceLock};

use handlebars::template::Template as Compiled;
use handlebars::{Context, Handlebars, RenderContext, Renderable, StringOutput};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

pub use error::TemplateError;
pub use names::HELPERS;
pub use parsed::ParsedTemplate;
pub(crate) use print::text_of;
pub use scope::{ReadPath, Step};
pub use tree::{Block, Call, Expression, Literal, Node, Output, Word};

/// A template that is known to parse. The empty one prints nothing.
#[derive(Clone, Debug, Default)]
pub struct Template {
    source: String,
    compiled: OnceLock<Compiled>,
}

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    /// The first fault: what is wrong, and at which byte of the text.
    pub fn parse(source: &str) -> Result<Template, TemplateError> {
        let ParsedTemplate { template, errors, .. } = Template::parse_all(source);
        template.ok_or_else(|| errors.into_iter().next().expect("what is not a template has a fault"))
    }

    /// Reads a template to its end: every fault, its parts and the paths that it reads, all with their places. For
    /// linters: what the function renders keeps its text only.
    pub fn parse_all(source: &str) -> ParsedTemplate {
        ParsedTemplate::of(source)
    }

    /// Of a text that handlebars takes.
    fn checked(source: String) -> Template {
        Template { source, compiled: OnceLock::new() }
    }

    /// The text as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// [`Template::render`], of variables that are rendered once.
    ///
    /// # Errors
    /// As [`Template::render`].
    pub fn render_with(&self, variables: &Value) -> Result<String, String> {
        self.render(&Context::wraps(variables).map_err(|e| e.to_string())?)
    }

    /// Renders to plain text. `variables` is a JSON object; what is missing in it renders as `(none)`.
    ///
    /// # Errors
    /// What handlebars says, which never quotes a value.
    pub fn render(&self, variables: &Context) -> Result<String, String> {
        static REGISTRY: LazyLock<Handlebars<'static>> = LazyLock::new(print::registry);

        self.render_by(&REGISTRY, variables)
    }

    /// Renders the text of a JSON value: each variable is escaped as the inside of a JSON string.
    ///
    /// # Errors
    /// As [`Template::render`].
    pub fn render_json(&self, variables: &Context) -> Result<String, String> {
        static REGISTRY: LazyLock<Handlebars<'static>> = LazyLock::new(print::json_registry);

        self.render_by(&REGISTRY, variables)
    }

    fn render_by(&self, registry: &Handlebars<'_>, variables: &Context) -> Result<String, String> {
        let compiled = self.compiled.get_or_init(|| {
            let mut tree = Compiled::compile(&self.source).expect("checked by Template::parse");
            print::print_values(&mut tree);
            tree
        });
        let mut out = StringOutput::new();
        compiled
            .render(registry, variables, &mut RenderContext::new(None), &mut out)
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
        String::deserialize(deserializer).map(Template::checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

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
    fn no_value_leaves_its_json_string() {
        let hostile = "a\"}, {\"b\": \\\n\u{1}{{x}}";
        let variables = json!({"x": hostile, "list": [hostile], "object": {"k": hostile}});
        let context = Context::wraps(variables).unwrap();
        for source in [
            "{\"v\": \"{{x}}\"}",
            "{\"v\": \"{{{x}}}\"}",
            "{\"v\": \"{{&x}}\"}",
            "{\"v\": \"{{lookup object 'k'}}\"}",
            "{\"v\": \"{{list}}\"}",
            "{\"v\": \"{{#with object}}{{k}}{{/with}}\"}",
        ] {
            let text = Template::parse(source).unwrap().render_json(&context).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!({"v": hostile}), "{source}");
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
    fn paths_are_found_where_they_stand() {
        let cases: [(&str, &[&str]); 9] = [
            (
                "{{a}} {{#if bb}}{{c.d}}{{else}}{{e}}{{/if}}{{#if (eq f 1)}}{{/if}}",
                &["a", "bb", "c.d", "e", "f"],
            ),
            (
                "{{#each l.m}}{{x}}{{this.y}}{{this}}{{@index}}{{../a}}{{@root.b.c}}{{/each}}{{d}}",
                &["l.m", "l.m.*.x", "l.m.*.y", "l.m.*", "a", "b.c", "d"],
            ),
            (
                "{{#with o}}{{#each p}}{{q}} {{../r}} {{../../s}}{{/each}}{{/with}}",
                &["o", "o.p", "o.p.*.q", "o.r", "s"],
            ),
            ("{{#each l}}{{#if x}}{{../a}}{{/if}}{{else}}{{b}}{{/each}}", &["l", "l.*.x", "a", "b"]),
            ("{{#each l as |v k|}}{{v.x}}{{k}}{{/each}}", &["l", "l.*.x", "*"]),
            ("{{#with o.p as |v|}}{{v.x}}{{/with}}", &["o.p", "o.p.x"]),
            ("{{#each (lookup o \"p\")}}{{x}}{{../a}}{{/each}}", &["o", "*.*.x", "a"]),
            ("{{e.[two words].[0]}} {{{f.g}}} {{lookup h \"i\"}}", &["e.two words.0", "f.g", "h"]),
            ("{{#each l}}{{/each}}{{len \"x\"}}", &["l"]),
        ];
        for (source, expected) in cases {
            let paths = Template::parse_all(source).paths;
            let joined = |path: &ReadPath| {
                path.steps.iter().map(|step| step.name.as_str()).collect::<Vec<_>>().join(".")
            };
            assert_eq!(paths.iter().map(joined).collect::<Vec<_>>(), expected, "{source}");
            for step in paths.iter().flat_map(|path| &path.steps).filter(|step| step.name != "*") {
                assert_eq!(source[step.range.clone()], step.name, "{source}");
            }
        }
    }

    /// That the paths are those which handlebars reads.
    #[test]
    fn a_name_in_a_loop_is_the_items() {
        assert_eq!(render("{{#each list}}{{bucket}};{{/each}}"), "(none);(none);(none);");
        assert_eq!(render("{{#each list}}{{../bucket}};{{/each}}"), "demo;demo;demo;");
        assert_eq!(
            render("{{#each list}}{{#if true}}{{../bucket}}{{/if}}{{@root.bucket}};{{/each}}"),
            "demodemo;".repeat(3)
        );
        assert_eq!(render("{{#with object as |o|}}{{o.k}}{{/with}}"), "v");
        assert_eq!(render("{{#each object as |v k|}}{{k}}={{v}}{{/each}}"), "k=v");
    }
}
