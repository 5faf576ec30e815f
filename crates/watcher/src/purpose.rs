//! Why a delivery is sent: because something happened, or not. A drill says that nothing has, and no event can say so.

use serde::{Deserialize, Serialize};

use crate::delivery::Delivery;

/// Why a delivery is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// A watcher matched an event.
    #[default]
    Alert,
    /// More events like one that was reported.
    Summary,
    /// An operator sends an event that did not happen through the function.
    Drill,
    /// An operator tests a channel.
    Test,
}

/// What the title of a drill begins with.
const MARK: &str = "DRILL: ";
/// What the message of a drill begins with.
const NOTICE: &str = "This is a drill: nothing has happened. What follows is made from an example.\n";
/// What stands before a text of an alert that begins as if it were a drill.
const DENIAL: &str = "Not a drill: ";

impl Purpose {
    /// All of them.
    pub const ALL: [Purpose; 4] = [Purpose::Alert, Purpose::Summary, Purpose::Drill, Purpose::Test];

    /// Its word in a webhook's body.
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::Alert => "alert",
            Purpose::Summary => "summary",
            Purpose::Drill => "drill",
            Purpose::Test => "test",
        }
    }

    /// What deliveries without a purpose are: those that an earlier version queued.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(crate) fn is_alert(&self) -> bool {
        *self == Purpose::Alert
    }
}

impl Delivery {
    /// The same as a drill, which title and message say first.
    #[must_use]
    pub fn as_drill(self) -> Delivery {
        let (title, message) = (format!("{MARK}{}", self.title), format!("{NOTICE}{}", self.message));
        Delivery { title, message, purpose: Purpose::Drill, ..self }
    }
}

/// The title or message of an alert: if it begins as a drill's does, by a resource's name for example, it says first that it
/// is none.
pub(crate) fn no_drill(text: String) -> String {
    let words = text.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let begins = |mark: &str| words.starts_with(&mark.to_lowercase());
    if begins("drill") || begins("this is a drill") { format!("{DENIAL}{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::tests::delivery;

    #[test]
    fn a_drill_says_so_first() {
        let drill = delivery().as_drill();
        assert_eq!(drill.title, "DRILL: S3 bucket deleted");
        assert_eq!(
            drill.message,
            "This is a drill: nothing has happened. What follows is made from an example.\n\
             Bucket \"demo\" was deleted by alice"
        );
        assert_ne!(drill.key(), delivery().key(), "no service takes the real alert for its repetition");
    }

    #[test]
    fn no_alert_passes_as_a_drill() {
        let marked = delivery().as_drill();
        for text in [
            marked.title.as_str(),
            &marked.message,
            "drill",
            "[Drill] x",
            "\n \u{200b}DRILL",
            "\"Drill\" deleted",
        ] {
            assert_eq!(no_drill(text.to_owned()), format!("Not a drill: {text}"));
        }
        for text in ["S3 bucket \"DRILL: x\" deleted", "Instance drilled", ""] {
            assert_eq!(no_drill(text.to_owned()), text);
        }
    }

    #[test]
    fn what_an_earlier_version_queued_is_an_alert() {
        let text = serde_json::to_string(&delivery()).unwrap();
        assert!(!text.contains("purpose"), "{text}");
        for purpose in Purpose::ALL {
            let text = serde_json::to_string(&Delivery { purpose, ..delivery() }).unwrap();
            assert_eq!(serde_json::from_str::<Delivery>(&text).unwrap().purpose, purpose);
        }
    }
}
