//! Did you mean …?

/// `did you mean `x`?` when one of the names is near enough: up to a third of its letters may differ.
pub fn did_you_mean<'a>(name: &str, among: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, among).map(meant)
}

/// `did you mean `x`?`
pub(crate) fn meant(name: &str) -> String {
    format!("did you mean `{name}`?")
}

/// [`did_you_mean`] for names among which an unknown one may be right: another case, or two letters.
pub(crate) fn slip_of<'a>(name: &str, among: impl IntoIterator<Item = &'a str>) -> Option<String> {
    did_you_mean(name, among.into_iter().filter(|known| is_slip(name, known)))
}

/// Whether a name is another one with a slip of the hand: another case, or two letters.
pub(crate) fn is_slip(name: &str, known: &str) -> bool {
    // To compare letters takes the product of the lengths, and a name in a file may have any.
    let may_be_near = name.len() > 4 && name.len().abs_diff(known.len()) <= 2 * char::MAX.len_utf8();
    known.eq_ignore_ascii_case(name) || may_be_near && strsim::damerau_levenshtein(name, known) <= 2
}

/// Whether a name of three or four letters is another one with one letter changed, left out or too many.
pub(crate) fn is_short_slip(name: &str, known: &str) -> bool {
    (3..=4).contains(&name.len()) && strsim::damerau_levenshtein(name, known) == 1
}

/// The one name that this is a slip of. None if two are as near: which one is meant is for people to say.
pub(crate) fn the_slip_of<'a>(name: &str, among: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let is_meant = |known: &&str| is_slip(name, known) || is_short_slip(name, known);
    // One in another case is nearer than one with another letter.
    let distance =
        |known: &str| (!known.eq_ignore_ascii_case(name), strsim::damerau_levenshtein(name, known));
    let mut slips: Vec<_> =
        among.into_iter().filter(is_meant).map(|known| (distance(known), known)).collect();
    slips.sort_unstable();
    slips.dedup();
    match slips[..] {
        [(_, only)] => Some(only),
        [(first, nearest), (second, _), ..] if first < second => Some(nearest),
        _ => None,
    }
}

/// The nearest of the names, if one is near enough.
pub(crate) fn nearest<'a>(name: &str, among: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let may_be_near = |candidate: &&str| candidate.len().abs_diff(name.len()) <= candidate.len().max(3) / 3;
    among
        .into_iter()
        // Most names are of another length, and to compare letters takes long.
        .filter(may_be_near)
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `` `a`, `b` or `c` ``
pub fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    joined(names, "or")
}

/// `` `a`, `b` and `c` ``
pub(crate) fn and<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    joined(names, "and")
}

fn joined<'a>(names: impl IntoIterator<Item = &'a str>, word: &str) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {word} {last}", rest.join(", ")),
        None => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_is_suggested() {
        let keys = ["title", "severity", "channels", "message"];
        assert_eq!(nearest("titel", keys), Some("title"));
        assert_eq!(nearest("Chanels", keys), Some("channels"));
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(list(keys), "`title`, `severity`, `channels` or `message`");
        assert_eq!(list(["a"]), "`a`");
    }

    #[test]
    fn what_two_names_are_as_near_to_is_a_slip_of_neither() {
        let cases = [
            ("titel", &["title", "tilde"][..], Some("title")),
            ("Channels", &["channel", "channels"], Some("channels")),
            ("eu-west-7", &["eu-west-1", "eu-west-2"], None),
            ("title", &["title", "title"], Some("title")),
            ("tag", &["tags"], Some("tags")),
            ("colour", &["title"], None),
        ];
        for (name, known, expected) in cases {
            assert_eq!(the_slip_of(name, known.iter().copied()), expected, "{name}");
        }
    }

    #[test]
    fn short_names_have_short_slips() {
        for (name, known, expected) in [
            ("nme", "name", true),
            ("tpye", "type", true),
            ("id", "ip", false),
            ("name", "state", false),
            ("arn", "name", false),
        ] {
            assert_eq!(is_short_slip(name, known), expected, "{name} {known}");
        }
    }
}
