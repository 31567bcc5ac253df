//! Which person or building does a number name?
//!
//! The shape that identity numbers and building codes share: a text, and how much of it names the subject. Checking them
//! is the business of the modules that read them.

/// A number that names its subject, or was meant to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its normal form; the folded text where it is not valid.
    pub text: Box<str>,
    /// Bytes from its beginning that name the subject; 0 where the number is not valid.
    pub n_subject_bytes: u8,
}

impl Identity {
    /// What a valid number names: a person, or the building of a room.
    ///
    /// ```
    /// use minglu_rules::model::Identity;
    /// let room = Identity { text: "4403050070010200015000001".into(), n_subject_bytes: 19 }; // 房屋编码
    /// assert_eq!(room.subject(), Some("4403050070010200015")); // 楼栋编码
    /// assert_eq!(Identity { n_subject_bytes: 0, ..room }.subject(), None);
    /// ```
    pub fn subject(&self) -> Option<&str> {
        self.text.get(..usize::from(self.n_subject_bytes)).filter(|subject| !subject.is_empty())
    }
}
