//! One small table per operator: a list of values, what it accepts, what it refuses.

#![allow(clippy::unwrap_used, reason = "a surprise fails the test")]

use event_pattern::Pattern;

/// `list` against values of the field `v`, given as JSON; `-` stands for a missing field.
#[track_caller]
fn check(list: &str, accepted: &[&str], refused: &[&str]) {
    let pattern = Pattern::parse(&format!(r#"{{"v":{list}}}"#)).unwrap();
    for (values, expected) in [(accepted, true), (refused, false)] {
        for value in values {
            let event = if *value == "-" { "{}".to_owned() } else { format!(r#"{{"v":{value}}}"#) };
            assert_eq!(pattern.matches(event.as_bytes()), Ok(expected), "{list} against {event}");
        }
    }
}

#[test]
fn strings() {
    check(
        r#"["a"]"#,
        &[r#""a""#, r#""\u0061""#, r#"["b","a"]"#],
        &[r#""A""#, r#""ab""#, "1", "null", "-", "{}"],
    );
    check(r#"["é"]"#, &[r#""é""#, r#""\u00e9""#], &[r#""e\u0301""#]);
    check(r#"["5"]"#, &[r#""5""#], &["5"]);
    check(r#"[{"exactly":"10.0.0.1"}]"#, &[r#""10.0.0.1""#], &[r#""010.0.0.1""#]);
}

#[test]
fn numbers() {
    check("[300]", &["300", "300.0", "3.0e2", "[1,300]"], &["301", r#""300""#, "true"]);
    check("[0]", &["0", "-0", "0.0", "1e-400"], &["1"]);
    check("[1]", &["1.0000000000000001"], &[]);
    check("[9007199254740993]", &["9007199254740993"], &["9007199254740992", "9007199254740993.0"]);
    check("[1e400]", &[], &["1e400"]);
}

#[test]
fn words() {
    check("[true]", &["true"], &["false", r#""true""#, "-"]);
    check("[false]", &["false"], &["true", "null", "0"]);
    check("[null]", &["null", "[null]"], &["-", "[]", "{}", r#""null""#]);
}

#[test]
fn prefix() {
    check(r#"[{"prefix":"ab"}]"#, &[r#""ab""#, r#""abc""#], &[r#""a""#, r#""xab""#, "1", "-"]);
    check(r#"[{"prefix":""}]"#, &[r#""""#, r#""x""#], &["1", "null"]);
    check(r#"[{"prefix":"abc\""}]"#, &[r#""abc""#], &[r#""abcd""#]);
    check(r#"[{"prefix":{"equals-ignore-case":"aB"}}]"#, &[r#""Abc""#], &[r#""xab""#]);
}

#[test]
fn suffix() {
    check(r#"[{"suffix":"bc"}]"#, &[r#""bc""#, r#""abc""#], &[r#""c""#, r#""bcx""#, "1", "-"]);
    check(r#"[{"suffix":{"equals-ignore-case":"bC"}}]"#, &[r#""aBc""#], &[r#""bcx""#]);
}

#[test]
fn equals_ignore_case() {
    check(r#"[{"equals-ignore-case":"aBc"}]"#, &[r#""AbC""#], &[r#""abcd""#, r#""ab""#, "-"]);
    check(r#"[{"equals-ignore-case":"ß"}]"#, &[r#""ß""#, r#""SS""#], &[r#""ss""#]);
    check(r#"[{"equals-ignore-case":"K"}]"#, &[r#""k""#], &[r#""\u212a""#]);
    check(r#"[{"equals-ignore-case":"😀"}]"#, &[r#""??""#], &[r#""😀""#]);
}

#[test]
fn wildcard() {
    check(r#"[{"wildcard":"a*b*c"}]"#, &[r#""abc""#, r#""axxb\nc""#], &[r#""ab""#, r#""xabc""#, "1"]);
    check(r#"[{"wildcard":""}]"#, &[r#""""#], &[r#""a""#]);
    check(r#"[{"wildcard":"\\*\\\\"}]"#, &[r#""*\\""#], &[r#""a\\""#]);
}

#[test]
fn exists() {
    check(r#"[{"exists":true}]"#, &["1", "null", r#"[{},"x"]"#], &["-", "{}", "[]", r#"{"a":1}"#]);
    check(r#"[{"exists":false}]"#, &["-", "{}", "[]", r#"{"a":1}"#], &["1", "null", "[null]"]);
    check(r#"["a",{"exists":false}]"#, &["-", r#""a""#], &[r#""b""#]);
}

#[test]
fn numeric() {
    check(r#"[{"numeric":["=",5]}]"#, &["5", "5.0", "50e-1"], &["6", r#""5""#, "-"]);
    check(r#"[{"numeric":["<",5]}]"#, &["4.9", "-1"], &["5"]);
    check(r#"[{"numeric":["<=",5]}]"#, &["5"], &["5.1"]);
    check(r#"[{"numeric":[">",5]}]"#, &["5.1"], &["5", "1e400"]);
    check(r#"[{"numeric":[">=",5,"<",7]}]"#, &["5", "6.9"], &["4", "7"]);
    check(r#"[{"numeric":["<",1e300]}]"#, &["1e299"], &["9007199254740993"]);
}

#[test]
fn cidr() {
    check(
        r#"[{"cidr":"10.0.0.77/24"}]"#,
        &[r#""10.0.0.255""#, r#""::ffff:a00:1""#],
        &[r#""10.0.1.0""#, r#""x""#],
    );
    check(r#"[{"cidr":"2001:db8::/32"}]"#, &[r#""2001:DB8::1""#], &[r#""2001:db9::""#]);
    check(r#"[{"cidr":"10.0.0.0/8"}]"#, &[r#""a00::1""#], &["10"]);
    check(r#"[{"cidr":"10.0.0.1/0"}]"#, &["1", r#""::1""#], &[r#""256.0.0.1""#]);
    check(r#"[{"cidr":"10.0.0.1/0"},{"numeric":["<",0]}]"#, &["-1"], &["1"]);
}

#[test]
fn addresses() {
    check(r#"["10.0.0.1"]"#, &[r#""10.0.0.1""#, r#""010.0.0.1""#], &[r#""10.0.0.2""#]);
    check(r#"["2001:db8::1"]"#, &[r#""2001:DB8:0:0:0:0:0:1""#], &[r#""2001:db8::2""#]);
    check(r#"["16.0.0.1"]"#, &["10000001"], &["16"]);
}

#[test]
fn anything_but() {
    check(
        r#"[{"anything-but":"a"}]"#,
        &[r#""b""#, "1", "true", "null", r#"["a","b"]"#],
        &[r#""a""#, "-", "[]", r#"["a"]"#],
    );
    check(r#"[{"anything-but":["a","b"]}]"#, &[r#""c""#], &[r#""a""#, r#""b""#]);
    check(r#"[{"anything-but":[1,2]}]"#, &["3", r#""1""#, "9007199254740993"], &["1", "2.0"]);
    check(r#"[{"anything-but":"10.0.0.1"}]"#, &[r#""010.0.0.1""#], &[r#""10.0.0.1""#]);
    check(r#"[{"anything-but":{"prefix":["a","b"]}}]"#, &[r#""ca""#, "1"], &[r#""ab""#, r#""b""#]);
    check(r#"[{"anything-but":{"suffix":"a"}}]"#, &[r#""ab""#], &[r#""ba""#]);
    check(r#"[{"anything-but":{"equals-ignore-case":"aB"}}]"#, &[r#""a""#], &[r#""Ab""#]);
    check(r#"[{"anything-but":{"wildcard":["a*","*b"]}}]"#, &[r#""c""#], &[r#""ac""#, r#""cb""#]);
}

#[track_caller]
fn check_event(pattern: &str, event: &str, expected: bool) {
    let pattern = Pattern::parse(pattern).unwrap();
    assert_eq!(pattern.matches(event.as_bytes()), Ok(expected), "{pattern} against {event}");
}

#[test]
fn or_takes_one_branch_at_any_level() {
    let pattern = r#"{"s":[1],"d":{"$or":[{"a":[1]},{"b":[1],"$or":[{"c":[1]},{"c":[2]}]}]}}"#;
    check_event(pattern, r#"{"s":1,"d":{"a":1}}"#, true);
    check_event(pattern, r#"{"s":1,"d":{"b":1,"c":2}}"#, true);
    check_event(pattern, r#"{"s":1,"d":{"b":1,"c":3}}"#, false);
    check_event(pattern, r#"{"s":2,"d":{"a":1}}"#, false);
}

#[test]
fn the_last_of_equal_paths_wins() {
    check_event(r#"{"a":[0],"$or":[{"a":[1]},{"b":[2]}]}"#, r#"{"a":1}"#, true);
    check_event(r#"{"$or":[{"a":[1]},{"b":[2]}],"a":[0]}"#, r#"{"a":0}"#, true);
    check_event(r#"{"a":{"x":[1]},"a":{"y":[2]}}"#, r#"{"a":{"x":1}}"#, false);
    check_event(r#"{"a":{"x":[1]},"a.x":[2]}"#, r#"{"a":{"x":2}}"#, true);
}

#[test]
fn duplicate_keys_all_count() {
    check_event(r#"{"v":[0]}"#, r#"{"v":0,"v":1}"#, true);
    check_event(r#"{"v":[1]}"#, r#"{"v":0,"v":1}"#, true);
    check_event(r#"{"a":{"b":[1]}}"#, r#"{"a":{"b":0},"x":[{}],"a":{"b":1}}"#, true);
}

#[test]
fn dots_in_keys_are_steps() {
    check_event(r#"{"a":{"b":{"c":[1]}}}"#, r#"{"a.b":{"c":1}}"#, true);
    check_event(r#"{"a.b.c":[1]}"#, r#"{"a":{"b.c":1}}"#, true);
    check_event(r#"{"d":{"":{"v":[1]}}}"#, r#"{"d":{"":{"v":1}}}"#, true);
    check_event(r#"{"d":{"":[1]}}"#, r#"{"d":{"":1}}"#, false);
    check_event(r#"{"d":{"a.":[1]}}"#, r#"{"d":{"a.":1}}"#, true);
    check_event(r#"{"d":{"a.":[1]}}"#, r#"{"d":{"a":{"":1}}}"#, false);
    check_event(r#"{"d":{"a.":[1]},"e":{"":{"v":[1]}}}"#, r#"{"d":{"a":{"":1}},"e":{"":{"v":1}}}"#, true);
}

#[test]
fn array_elements_must_agree() {
    let pattern = r#"{"v":{"a":[1],"b":[2]}}"#;
    check_event(pattern, r#"{"v":[{"a":1},{"b":2}]}"#, false);
    check_event(pattern, r#"{"v":[{"a":1},{"a":1,"b":2}]}"#, true);
    check_event(pattern, r#"{"v":[[{"a":1},{"b":2}]]}"#, false);
    check_event(pattern, r#"{"v":[{"x":[{"a":1}],"a":[{},1],"b":[0,2]}]}"#, true);
    check_event(r#"{"v":{"a":[1]},"w":{"a":[1]}}"#, r#"{"v":[{},{"a":1}],"w":[{"a":1}]}"#, true);
}

#[test]
fn exists_false_sees_the_elements_chosen_before_it() {
    check_event(r#"{"v":{"a":[1],"b":[{"exists":false}]}}"#, r#"{"v":[{"a":1},{"b":2}]}"#, true);
    check_event(r#"{"v":{"a":[{"exists":false}],"b":[2]}}"#, r#"{"v":[{"a":1},{"b":2}]}"#, false);
}

#[test]
fn candidates_test_single_strings() {
    let pattern =
        Pattern::parse(r#"{"v":["a",{"prefix":"b"},{"exists":false},{"anything-but":["a"]}]}"#).unwrap();
    let [alternative] = pattern.alternatives() else { panic!("one alternative") };
    let accepts = |text: &str| -> Vec<bool> {
        alternative.get("v").unwrap().iter().map(|candidate| candidate.matches_text(text)).collect()
    };
    assert_eq!(accepts("a"), [true, false, false, false]);
    assert_eq!(accepts("bc"), [false, true, false, true]);
}
