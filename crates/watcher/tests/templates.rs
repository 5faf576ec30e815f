//! The tree of a template with its places, compared with the one that handlebars makes, which has none.

#![allow(clippy::unwrap_used, reason = "a surprise fails the test")]

use std::collections::BTreeMap;

use handlebars::Path;
use handlebars::template::{HelperTemplate, Parameter, Template as Compiled, TemplateElement};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use watcher::{Call, Expression, Node, ParsedTemplate, Template};

/// What both say of a template: its tags without their places. Texts are left out, since handlebars trims them.
fn shape(nodes: &[Node]) -> String {
    let one = |node: &Node| match node {
        Node::Text(_) | Node::Escape(_) => String::new(),
        Node::Comment(_) => "comment;".to_owned(),
        Node::Output(output) => format!("print {};", expression(&output.expression)),
        Node::Block(block) => {
            let names: Vec<&str> = block.names.iter().map(|name| &*name.text).collect();
            let (inner, inverse) = (shape(&block.inner), shape(&block.inverse));
            format!("block {} as {names:?} [{inner}] [{inverse}];", call(&block.call))
        }
        Node::Unsupported(_) => "unsupported;".to_owned(),
        Node::Broken(_) => "broken;".to_owned(),
    };
    nodes.iter().map(one).collect()
}

fn call(call: &Call) -> String {
    let arguments: Vec<String> = call.arguments.iter().map(expression).collect();
    // Of a name that stands twice handlebars keeps the last.
    let named: BTreeMap<&str, String> =
        call.named.iter().map(|(name, value)| (&*name.text, expression(value))).collect();
    let named: Vec<String> = named.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{}({} {})", call.name.text, arguments.join(" "), named.join(" "))
}

fn expression(one: &Expression) -> String {
    match one {
        Expression::Path(path) => path.text.clone(),
        Expression::Literal(literal) => format!("literal {:?}", literal.text),
        Expression::Call(inner) => call(inner),
    }
}

fn shape_of_library(tree: &Compiled) -> String {
    let one = |element: &TemplateElement| match element {
        TemplateElement::RawString(_) => String::new(),
        TemplateElement::Comment(_) => "comment;".to_owned(),
        TemplateElement::Expression(inner) | TemplateElement::HtmlExpression(inner) => {
            let is_call = !inner.params.is_empty() || !inner.hash.is_empty();
            format!("print {};", if is_call { call_of_library(inner) } else { parameter(&inner.name) })
        }
        TemplateElement::HelperBlock(block) => {
            let names = match &block.block_param {
                None => Vec::new(),
                Some(handlebars::template::BlockParam::Single(one)) => vec![one.as_name().unwrap()],
                Some(handlebars::template::BlockParam::Pair((one, two))) => {
                    vec![one.as_name().unwrap(), two.as_name().unwrap()]
                }
                Some(_) => unreachable!(),
            };
            let of = |tree: &Option<Compiled>| tree.as_ref().map(shape_of_library).unwrap_or_default();
            let (inner, inverse) = (of(&block.template), of(&block.inverse));
            format!("block {} as {names:?} [{inner}] [{inverse}];", call_of_library(block))
        }
        _ => "unsupported;".to_owned(),
    };
    tree.elements.iter().map(one).collect()
}

fn call_of_library(call: &HelperTemplate) -> String {
    let arguments: Vec<String> = call.params.iter().map(parameter).collect();
    let named: BTreeMap<&String, String> =
        call.hash.iter().map(|(name, value)| (name, parameter(value))).collect();
    let named: Vec<String> = named.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{}({} {})", call.name.as_name().unwrap(), arguments.join(" "), named.join(" "))
}

fn parameter(one: &Parameter) -> String {
    match one {
        Parameter::Name(name) => name.clone(),
        Parameter::Path(Path::Relative((_, raw)) | Path::Local((_, _, raw))) => raw.clone(),
        Parameter::Literal(value) => format!("literal {:?}", value.as_str()),
        Parameter::Subexpression(inner) => match inner.as_element() {
            TemplateElement::Expression(call) => call_of_library(call),
            _ => unreachable!(),
        },
        _ => unreachable!(),
    }
}

/// Both trees agree, and each place holds what stands there.
#[track_caller]
fn agrees(text: &str) -> ParsedTemplate {
    let parsed = Template::parse_all(text);
    assert_eq!(parsed.template.is_some(), parsed.errors.is_empty(), "{text}");
    assert!(parsed.errors.iter().all(|error| text.is_char_boundary(error.offset)), "{text}");
    assert!(parsed.errors.is_sorted_by(|a, b| a.offset < b.offset), "{text}: {:?}", parsed.errors);
    covers(text, &parsed.nodes, 0..text.len());
    for node in parsed.all() {
        match node {
            Node::Output(output) => holds(text, &output.expression),
            Node::Block(block) => holds(text, &Expression::Call(block.call.clone())),
            _ => {}
        }
    }
    for step in parsed.paths.iter().flat_map(|path| &path.steps).filter(|step| step.name != "*") {
        assert_eq!(text[step.range.clone()], step.name, "{text}");
    }
    match Compiled::compile(text) {
        Ok(tree) => {
            let is_supported = parsed.errors.iter().all(|error| !error.message.starts_with("partials"));
            assert!(
                !is_supported || shape(&parsed.nodes) == shape_of_library(&tree),
                "{text}:\n{}\n{}",
                shape(&parsed.nodes),
                shape_of_library(&tree)
            );
        }
        Err(_) => assert!(parsed.template.is_none(), "{text}"),
    }
    parsed
}

/// The parts follow each other without gaps, those of a block within it.
fn covers(text: &str, nodes: &[Node], range: std::ops::Range<usize>) {
    let mut at = range.start;
    for node in nodes {
        let place = node.range();
        if matches!(node, Node::Unsupported(_)) {
            continue; // What stands in such a block comes behind it.
        }
        assert!(at <= place.start && place.end <= range.end, "{text}: {node:?}");
        at = place.end;
        if let Node::Block(block) = node {
            assert!(text[block.open.clone()].starts_with("{{"), "{text}");
            for nodes in [&block.inner, &block.inverse] {
                covers(text, nodes, block.open.end..block.range.end);
            }
        }
    }
}

fn holds(text: &str, one: &Expression) {
    match one {
        Expression::Path(word) => assert_eq!(text[word.range.clone()], word.text, "{text}"),
        Expression::Literal(literal) => {
            let written = &text[literal.range.clone()];
            let is_text = written.starts_with(['"', '\'']);
            assert!(literal.text.is_none() || is_text, "{text}: {written}");
        }
        Expression::Call(call) => {
            assert_eq!(text[call.name.range.clone()], call.name.text, "{text}");
            call.inputs().for_each(|input| holds(text, input));
        }
    }
}

#[test]
fn trees_are_the_librarys() {
    for text in [
        "",
        "text",
        "{{a}} {{{b.c}}} {{&d}} {{ e }} {{~f~}} {{{~g~}}} {{~{h}~}} {{(lookup i 'j')}}",
        "{{#if a}}b{{else if (eq c 1)}}{{d}}{{else}}{{e}}{{/if}}{{f}}",
        "{{#if a}}{{^}}{{b}}{{/if}} {{#unless x}}{{elseif y}}{{z}}{{/unless}}",
        "{{#each l as |v k|}}{{v.x}} {{@index}} {{../y}} {{@root.z}} {{this}} {{this.a/b}} {{./c}}{{/each}}",
        "{{#with a.[two words].[0] as |w|}}{{w}}{{/with}} {{list.[0]}} {{len [1, \"2\", null]}} {{len {\"a\": [1]}}}",
        "{{lookup a \"b c\" }} {{eq 'it\\'s' \"\\u00e9\\\"\"}} {{eq -1.5 1E3}} {{eq true null}} {{eq trueish nullable}}",
        "{{len a=b c = (lookup d e)}} {{! {{no}} tags }} {{!-- }} {{a}} --}} {{b}}",
        r"\{{a}} \\{{b}} \\\{{c}} \{{{{d}} {{e}} \x",
        "{{{{raw a}}}} {{b}} \\{{{{c}} {{{{/raw}}}} {{d}}",
        "{{else.x}} {{as}} {{éü}} {{a:b-c$}} {{(and a (or b (not c)))}}",
        "{{ #if a }} {{ else }} {{ /if }} {{ ! no }}",
        "{{../../a}} {{.../a}} {{this/a}} {{@root/a}} {{@root}} {{[a b]}} {{this.@key}}",
        "{{#if a}}\n{{/if}}\n\n  {{#each b}}\n  {{c}}\n{{/each}}\n",
    ] {
        agrees(text);
    }
}

#[test]
fn all_faults_are_found() {
    let cases: [(&str, &[(usize, &str)]); 11] = [
        ("{{upper a}} {{eq b}} {{> c}}", &[(2, "no helper"), (14, "takes 2"), (21, "partials")]),
        ("{{}} {{upper x}} {{#if a}}{{/each}} {{/if}}", &[(2, "not a"), (7, "no helper")]),
        ("{{#if a}}{{b}", &[(12, "not a")]),
        ("{{#if a}}{{/each}} {{}}", &[(9, "closed by"), (21, "not a")]),
        ("{{#if a}}{{#each b}}{{/each}}", &[(29, "ends inside")]),
        ("{{#if a}}{{upper b}}", &[(11, "no helper"), (20, "ends inside")]),
        ("{{a}}{{else}}{{log b}}", &[(7, "not a"), (15, "no helper")]),
        ("{{#*inline 'x'}}{{upper a}}{{/inline}}", &[(0, "partials"), (18, "no helper")]),
        ("{{#if (eq a)}}{{x.}}{{/if}}", &[(7, "takes 2"), (18, "not a")]),
        ("{{lookup a \"\\x\"}}", &[(11, "not a")]),
        ("{{#if a}}{{#if b \"}}c{{/if}}{{/if}}", &[(17, "not a")]),
    ];
    for (text, expected) in cases {
        let errors = agrees(text).errors;
        let found: Vec<usize> = errors.iter().map(|error| error.offset).collect();
        assert_eq!(found, expected.iter().map(|(at, _)| *at).collect::<Vec<_>>(), "{text}: {errors:?}");
        for (error, (_, message)) in errors.iter().zip(expected) {
            assert!(error.message.contains(message), "{text}: {error:?}");
        }
        assert_eq!(Template::parse(text).unwrap_err(), errors[0], "{text}");
    }
}

#[test]
fn the_shipped_watchers_read_alike() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../watchers");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        // Titles and messages with all that stands around them: TOML's own braces are text.
        count += agrees(&text).paths.len();
        text.lines().for_each(|line| drop(agrees(line)));
    }
    assert!(count > 500, "{count}");
}

const WORDS: [&str; 36] = [
    "a",
    "b.c",
    "this",
    "this.x",
    "../y",
    "@index",
    "@root.z",
    "[two words]",
    "x.[0]",
    "é",
    "\"text\"",
    "'it\\'s'",
    "5",
    "-1.5",
    "true",
    "null",
    "trueish",
    "[1, 2]",
    "{\"k\": 1}",
    "(eq a 1)",
    "(lookup b 'c')",
    "(not d)",
    "k=v",
    "k = 'w'",
    "as",
    "else",
    "as |v|",
    "as |v k|",
    "if",
    "x.y.",
    "1a",
    "a$b",
    "else.x",
    "./q",
    "@root",
    "\\",
];
const TAGS: [(&str, &str); 26] = [
    ("{{", "}}"),
    ("{{{", "}}}"),
    ("{{~", "~}}"),
    ("{{&", "}}"),
    ("{{#if ", "}}"),
    ("{{#each ", "}}"),
    ("{{#with ", "}}"),
    ("{{#unless ", "}}"),
    ("{{else if ", "}}"),
    ("{{else", "}}"),
    ("{{/if", "}}"),
    ("{{/each", "}}"),
    ("{{/with", "}}"),
    ("{{/unless", "}}"),
    ("{{lookup ", "}}"),
    ("{{!", "}}"),
    ("{{!-- ", " --}}"),
    ("{{{{raw ", "}}}}"),
    ("{{{{/raw", "}}}}"),
    ("\\{{", "}}"),
    ("\\\\{{", "}}"),
    (" text ", ""),
    ("\n", "  "),
    ("{{> ", "}}"),
    ("{{^", "}}"),
    ("{", "}"),
];

fn tag() -> impl Strategy<Value = String> {
    (select(&TAGS[..]), vec(select(&WORDS[..]), 0..3)).prop_map(|((open, close), words)| {
        let bare = open.starts_with("{{/") || open == "{{else" || open == "{{^" || open == "{{{{/raw";
        format!("{open}{}{close}", if bare { String::new() } else { words.join(" ") })
    })
}

/// Text with blocks that are closed.
fn sound() -> impl Strategy<Value = String> {
    let value = (select(&TAGS[..4]), vec(select(&WORDS[..24]), 1..4))
        .prop_map(|((open, close), words)| format!("{open}{}{close}", words.join(" ")));
    let leaf = prop_oneof![
        value,
        select(&["text", "\n", " \\{{x}} ", "{{! note }}", "\\\\{{a}}"][..]).prop_map(str::to_owned)
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let many = || vec(inner.clone(), 0..4).prop_map(|parts| parts.concat());
        let names = select(&["", " as |v|", " as |v k|"][..]);
        let kind = select(&["if", "unless", "each", "with"][..]);
        let of = || select(&WORDS[..24]);
        (kind, of(), names, many(), of(), many(), 0..4_usize).prop_map(
            |(kind, of, names, inner, other, rest, branches)| {
                let branch = match branches {
                    0 => String::new(),
                    1 => format!("{{{{else}}}}{rest}"),
                    2 => format!("{{{{else if {other}}}}}{rest}"),
                    _ => format!("{{{{else with {other}}}}}{rest}{{{{^}}}}{inner}"),
                };
                format!("{{{{#{kind} {of}{names}}}}}{inner}{branch}{{{{/{kind}}}}}")
            },
        )
    })
}

// `PROPTEST_CASES=100000` tries more.
proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(1_000), ..ProptestConfig::default() })]

    #[test]
    fn sound_templates_read_as_the_library_reads_them(text in vec(sound(), 0..4)) {
        agrees(&text.concat());
    }

    #[test]
    fn any_tags_read_as_the_library_reads_them(text in vec(tag(), 0..8)) {
        agrees(&text.concat());
    }
}
