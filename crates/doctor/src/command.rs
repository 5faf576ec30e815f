//! Commands that people can copy into a shell.

/// The words as a POSIX shell reads them.
pub(crate) fn shell(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
    quoted.join(" ")
}

fn quote(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        let words = ["aws", "--name", "/a/b-c_1", "", "a b", "it's", "$(x)", "[\"a\"]"];
        assert_eq!(shell(&words), r#"aws --name /a/b-c_1 '' 'a b' 'it'\''s' '$(x)' '["a"]'"#);
    }
}
