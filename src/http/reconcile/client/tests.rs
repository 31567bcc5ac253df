//! Tests of what a request says of its sender.

use super::*;

#[test]
fn languages_are_weighed() {
    let check = |header: &str, language: Language| assert_eq!(preferred(header), language, "{header}");
    check("", Language::Chinese);
    check("en", Language::English);
    check("en-US,en;q=0.9,zh-CN;q=0.8", Language::English);
    check("zh-CN,zh;q=0.9,en;q=0.8", Language::Chinese);
    check("fr, en;q=0.3, zh;q=0.5", Language::Chinese);
    check("de-DE, en;q=0.1", Language::English);
    check("en;q=0", Language::Chinese);
    check("en;q=nonsense;;,,", Language::Chinese);
}

#[test]
fn callbacks_are_names() {
    for name in ["f", "jQuery341_16", "window.$cb_1"] {
        assert!(Callback::try_from(name.to_owned()).is_ok(), "{name}");
    }
    for name in ["", "f(", "alert(1)//", "a b", "函数", "<script>", &"f".repeat(CALLBACK_BYTES_MAX + 1)] {
        assert!(Callback::try_from(name.to_owned()).is_err(), "{name}");
    }
}

#[test]
fn hosts_are_hosts() {
    assert_eq!(base_of(Some("127.0.0.1:8640")), Ok("http://127.0.0.1:8640".into()));
    assert_eq!(base_of(Some("[::1]:80")), Ok("http://[::1]:80".into()));
    for host in [None, Some(""), Some("a/b"), Some("\"><script>"), Some("a b"), Some("主机")] {
        assert!(base_of(host).is_err(), "{host:?}");
    }
}
