//! What can be wrong with a text that should be a JSON object. Who reads it has the words.

/// A fault and the byte it is at, which may be the one behind the last: then the text ends too early.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) at: usize,
}

/// What is wrong, or would have to stand there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FaultKind {
    /// The text has 2^32 bytes or more.
    TooLong,
    TooDeep,
    NotAnObject,
    TextBehind,
    Name,
    Colon,
    Value,
    /// A comma or a closing bracket.
    Separator,
    Digit(Digit),
    LeadingZero,
    /// A control character in a string.
    Control,
    /// The letter behind a backslash.
    Escape,
    /// One of the four digits behind `\u`.
    HexDigit,
}

/// Where a number must have a digit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Digit {
    BehindMinus,
    BehindPoint,
    InExponent,
}
