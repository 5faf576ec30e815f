//! A number of an event, as the service sees it.

use crate::candidate::comparable;

/// Integers keep their text; numbers with a point or an exponent pass through binary64 first.
pub(crate) struct NumberView<'e> {
    text: &'e [u8],
    is_float: bool,
    /// The value, if it can be compared.
    pub(crate) value: Option<f64>,
}

impl<'e> NumberView<'e> {
    pub(crate) fn new(text: &'e [u8]) -> Self {
        let is_float = text.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
        let value = if is_float {
            std::str::from_utf8(text)
                .ok()
                .and_then(|text| text.parse().ok())
                .filter(|value: &f64| value.is_finite())
        } else {
            comparable(text)
        };
        Self { text, is_float, value }
    }

    /// The text of an integer.
    pub(crate) fn integer(&self) -> Option<&'e [u8]> {
        (!self.is_float).then_some(self.text)
    }

    /// The text as Java prints it, which address tests compare.
    pub(crate) fn printed(&self) -> Vec<u8> {
        match (self.is_float, self.value) {
            (false, _) => self.text.to_vec(),
            // Out of range: any digit will do.
            (true, None) => b"1e99999".to_vec(),
            (true, Some(value)) => java_text(value).into_bytes(),
        }
    }
}

/// `Double.toString`.
fn java_text(value: f64) -> String {
    if value == 0.0 || (1e-3..1e7).contains(&value.abs()) {
        return format!("{value:?}");
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((mantissa, power)) if mantissa.contains('.') => format!("{mantissa}E{power}"),
        Some((mantissa, power)) => format!("{mantissa}.0E{power}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_printed_as_java_does() {
        for (text, printed) in [
            ("10000001", "10000001"),
            ("10000001.5", "1.00000015E7"),
            ("1e7", "1.0E7"),
            ("1.50", "1.5"),
            ("0.0001", "1.0E-4"),
            ("1e400", "1e99999"),
            ("1.0000000000000001", "1.0"),
        ] {
            assert_eq!(NumberView::new(text.as_bytes()).printed(), printed.as_bytes(), "{text}");
        }
    }
}
