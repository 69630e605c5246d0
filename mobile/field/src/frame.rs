//! What stands around the content of every page.

use jawla_model::Language;
use jawla_ui::{Texts, assets};
use jawla_views::phone::{Exchange, Network, PhoneStanding, PhoneStatus, WhyWaiting};

use crate::limits;

/// Where the symbols of a page are: within it, see [`jawla_ui::symbols`].
pub(crate) const SYMBOLS: &str = "";

const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// Which of the bottom tabs is the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    /// No tab is current, but they are shown.
    None,
    /// Nobody's phone yet: no tabs at all.
    Hidden,
    Todo,
    Projects,
    Send,
    Me,
}

/// The one line below the title, when there is something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatusLine {
    /// `quiet`, `run`, `warn` or `bad`.
    pub(crate) tone: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) text: String,
    /// Where it leads.
    pub(crate) href: &'static str,
}

/// A tab at the bottom.
pub(crate) struct TabLink {
    pub(crate) href: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) label: String,
    pub(crate) current: bool,
    /// How many wait; nothing is shown for zero.
    pub(crate) badge: u64,
}

/// What stands around the content of every page; build it with [`Frame::new`].
pub(crate) struct Frame {
    pub(crate) t: Texts,
    pub(crate) title: String,
    /// Where the arrow beside the title leads.
    pub(crate) back: Option<String>,
    pub(crate) sun: bool,
    pub(crate) text_step: u8,
    pub(crate) line: Option<StatusLine>,
    /// Why the last order was not carried out, said above the content.
    pub(crate) fault: Option<String>,
    /// Further style files by name, `visit.css`.
    pub(crate) styles: Vec<&'static str>,
    /// Further script modules by name, `visit.js`.
    pub(crate) scripts: Vec<&'static str>,
    tab: Tab,
    waiting: u64,
    /// Names of changes (`project:HEX`, `outbox`, ..) after which the script asks for this page
    /// again, separated by spaces.
    pub(crate) watch: String,
}

impl Frame {
    /// A page with the title of that text.
    pub(crate) fn new(status: &PhoneStatus, title_key: &str) -> Self {
        let t = crate::texts(status);
        Self::titled(status, t.get(title_key))
    }

    /// A page with that title.
    pub(crate) fn titled(status: &PhoneStatus, title: impl Into<String>) -> Self {
        let t = crate::texts(status);
        let hidden = status.standing == PhoneStanding::NotEnrolled;
        Self {
            t,
            title: title.into(),
            back: None,
            sun: status.settings.sun,
            text_step: status.settings.text_step.min(3),
            line: status_line(t, status),
            fault: None,
            styles: Vec::new(),
            scripts: Vec::new(),
            tab: if hidden { Tab::Hidden } else { Tab::None },
            waiting: status.waiting.records.saturating_add(status.asides),
            watch: "settings".to_owned(),
        }
    }

    /// Marks a tab as the current one; on a phone that is nobody's yet there stay none.
    #[must_use]
    pub(crate) fn tab(mut self, tab: Tab) -> Self {
        if self.tab != Tab::Hidden {
            self.tab = tab;
        }
        self
    }

    /// Gives the page an arrow back.
    #[must_use]
    pub(crate) fn back(mut self, href: impl Into<String>) -> Self {
        self.back = Some(href.into());
        self
    }

    /// Says above the content why the last order was not carried out.
    #[must_use]
    pub(crate) fn fault(mut self, sentence: Option<String>) -> Self {
        self.fault = sentence;
        self
    }

    /// Loads a further style file.
    #[must_use]
    pub(crate) fn style(mut self, name: &'static str) -> Self {
        self.styles.push(name);
        self
    }

    /// Loads a further script module.
    #[must_use]
    pub(crate) fn script(mut self, name: &'static str) -> Self {
        self.scripts.push(name);
        self
    }

    /// Asks for the page again when one of these names changes.
    #[must_use]
    pub(crate) fn watch(mut self, names: &str) -> Self {
        self.watch.push(' ');
        self.watch.push_str(names);
        self
    }

    /// Leaves the status line out: the page says the same at length.
    #[must_use]
    pub(crate) fn without_line(mut self) -> Self {
        self.line = None;
        self
    }

    pub(crate) fn lang(&self) -> &'static str {
        self.t.language.tag()
    }

    pub(crate) fn dir(&self) -> &'static str {
        self.t.language.direction()
    }

    pub(crate) fn asset(&self, name: &str) -> &'static str {
        assets::href(name)
    }

    /// The file of symbols: none, they stand within the page.
    pub(crate) fn icons(&self) -> &'static str {
        SYMBOLS
    }

    /// The fonts of every page in this language, asked for before the style names them.
    pub(crate) fn fonts(&self) -> &'static [&'static str] {
        match self.t.language {
            Language::Fr => &["noto-sans.woff2"],
            Language::Ar => &["noto-sans.woff2", "noto-sans-arabic.woff2"],
        }
    }

    pub(crate) fn text(&self, key: &str) -> String {
        self.t.get(key)
    }

    pub(crate) fn has_tabs(&self) -> bool {
        self.tab != Tab::Hidden
    }

    pub(crate) fn tabs(&self) -> [TabLink; 4] {
        let one = |tab, href, icon, key, badge| TabLink {
            href,
            icon,
            label: self.t.get(key),
            current: self.tab == tab,
            badge,
        };
        [
            one(Tab::Todo, "/a-faire", "list-todo", "tab-todo", 0),
            one(Tab::Projects, "/projets", "folder", "tab-projects", 0),
            one(Tab::Send, "/envois", "send", "tab-send", self.waiting),
            one(Tab::Me, "/moi", "user", "tab-me", 0),
        ]
    }

    /// Which way an arrow of going on points.
    pub(crate) fn chevron(&self) -> &'static str {
        match self.t.language {
            Language::Fr => "chevron-right",
            Language::Ar => "chevron-left",
        }
    }

    /// Which way an arrow to what came before points.
    pub(crate) fn chevron_back(&self) -> &'static str {
        match self.t.language {
            Language::Fr => "chevron-left",
            Language::Ar => "chevron-right",
        }
    }

    /// Which way the arrow back points.
    pub(crate) fn arrow_back(&self) -> &'static str {
        match self.t.language {
            Language::Fr => "arrow-left",
            Language::Ar => "arrow-right",
        }
    }
}

/// The bytes left where they are few; a warning, never a reason to refuse a save.
pub(crate) fn nearly_full(status: &PhoneStatus) -> Option<u64> {
    let free_bytes = status.storage.free_bytes?;
    (free_bytes < limits::FREE_BYTES_WARN).then_some(free_bytes)
}

/// Whole days since the last complete exchange; none before the first.
pub(crate) fn days_without_contact(status: &PhoneStatus) -> Option<i64> {
    let last_ms = status.last_contact_ms?;
    Some(status.now_ms.saturating_sub(last_ms).max(0) / DAY_MS)
}

fn status_line(t: Texts, status: &PhoneStatus) -> Option<StatusLine> {
    let line = |tone, icon, text| {
        Some(StatusLine {
            tone,
            icon,
            text,
            href: "/envois",
        })
    };
    match status.standing {
        PhoneStanding::NotEnrolled => return None,
        PhoneStanding::RolledBack => {
            let text = t.get("phone-line-rolled-back");
            return Some(StatusLine {
                tone: "bad",
                icon: "triangle-alert",
                text,
                href: "/entree",
            });
        }
        PhoneStanding::Withdrawn => {
            return line("bad", "triangle-alert", t.get("phone-line-withdrawn"));
        }
        PhoneStanding::Enrolled => {}
    }
    let days = days_without_contact(status);
    if let Exchange::Running(progress) = status.exchange {
        return line("run", "refresh-cw", running_text(t, progress));
    }
    if status.settings.paused {
        return line("quiet", "pause", t.get("phone-line-paused"));
    }
    if let Some(days) = days.filter(|days| *days >= limits::DAYS_WITHOUT_CONTACT_WARN) {
        return line("warn", "wifi-off", t.count("net-old", days));
    }
    if let Some(free) = nearly_full(status) {
        return Some(StatusLine {
            tone: "warn",
            icon: "hard-drive",
            text: t.with("err-space", "size", t.size(free)),
            href: "/moi",
        });
    }
    let offline = status.network == Network::None;
    if let Exchange::Waiting { why, .. } = status.exchange {
        if !offline && why != WhyWaiting::NoNetwork {
            return line("quiet", "refresh-cw", t.get("net-err"));
        }
        return line("quiet", "wifi-off", t.get("net-off"));
    }
    if offline {
        return line("quiet", "wifi-off", t.get("net-off"));
    }
    None
}

fn running_text(t: Texts, progress: jawla_views::phone::ExchangeProgress) -> String {
    let total = progress.files_done.saturating_add(progress.files_left);
    if total == 0 {
        return t.get("phone-line-running");
    }
    t.with_all(
        "net-run",
        &[
            ("done", &t.count_of(progress.files_done)),
            ("total", &t.count_of(total)),
        ],
    )
}
