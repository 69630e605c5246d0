//! Long lists of a project's page, a few lines at a time: visits, photos, history.

use jawla_views::PageWindow;

use crate::Texts;
use crate::limits;

/// One of the long lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Visits,
    Photos,
    History,
}

impl List {
    /// Its name in the address, and the anchor it stands at.
    const fn code(self) -> &'static str {
        match self {
            List::Visits => "visites",
            List::Photos => "photos",
            List::History => "historique",
        }
    }

    /// Lines shown at once.
    pub(crate) const fn lines_max(self) -> u32 {
        match self {
            List::Visits => limits::VISITS_SHOWN_MAX,
            List::Photos => limits::PHOTOS_SHOWN_MAX,
            List::History => limits::ENTRIES_SHOWN_MAX,
        }
    }
}

/// How many newer lines of each list are passed over, as the address says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Past {
    visites: u32,
    photos: u32,
    historique: u32,
}

impl Past {
    /// The lines of a list that are asked for; the newest where an address goes beyond its end.
    pub(crate) fn window(self, list: List, lines: Option<usize>) -> PageWindow {
        let offset = self.offset(list);
        let within = lines.is_none_or(|lines| (offset as usize) < lines);
        PageWindow {
            offset: if within { offset } else { 0 },
            rows_max: list.lines_max(),
        }
    }

    /// The same with another part of one list.
    pub(crate) const fn at(mut self, list: List, offset: u32) -> Self {
        match list {
            List::Visits => self.visites = offset,
            List::Photos => self.photos = offset,
            List::History => self.historique = offset,
        }
        self
    }

    pub(crate) const fn offset(self, list: List) -> u32 {
        match list {
            List::Visits => self.visites,
            List::Photos => self.photos,
            List::History => self.historique,
        }
    }

    /// The address of a part of one list on the page of `project`, the others as they are.
    fn href(self, project: &str, list: List, offset: u32) -> String {
        let there = self.at(list, offset);
        let said: Vec<String> = [List::Visits, List::Photos, List::History]
            .into_iter()
            .filter(|one| there.offset(*one) > 0)
            .map(|one| format!("{}={}", one.code(), there.offset(one)))
            .collect();
        let mark = if said.is_empty() { "" } else { "?" };
        format!("{project}{mark}{}#{}", said.join("&"), list.code())
    }

    /// The links around the lines shown; none where all of them are.
    pub(crate) fn links(self, t: Texts, project: &str, list: List, rest: Rest) -> Vec<PastLink> {
        let here = self.offset(list);
        let newer = (here > 0).then(|| PastLink {
            href: self.href(project, list, here.saturating_sub(list.lines_max())),
            label: t.get(match list {
                List::Visits => "phone-visits-newer",
                List::Photos => "phone-photos-newer",
                List::History => "phone-history-newer",
            }),
        });
        let there = here.saturating_add(list.lines_max());
        let older = rest.any().then(|| PastLink {
            href: self.href(project, list, there),
            label: match (list, rest) {
                (List::Visits, Rest::Lines(lines)) => t.count("phone-visits-more", as_i64(lines)),
                (List::Photos, Rest::Lines(lines)) => t.count("phone-photos-more", as_i64(lines)),
                _ => t.get("phone-history-older"),
            },
        });
        newer.into_iter().chain(older).collect()
    }
}

/// What stands behind the lines shown.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rest {
    /// So many lines.
    Lines(usize),
    /// Some, uncounted.
    Some,
    Nothing,
}

impl Rest {
    const fn any(self) -> bool {
        match self {
            Rest::Lines(lines) => lines > 0,
            Rest::Some => true,
            Rest::Nothing => false,
        }
    }
}

/// A link to newer or older lines.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PastLink {
    pub(crate) href: String,
    pub(crate) label: String,
}

pub(crate) fn as_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use jawla_model::Language;

    use super::*;

    #[test]
    fn links_move_one_list_and_keep_the_others() {
        let t = Texts::of(Language::Fr);
        let past = Past::default().at(List::Photos, 12).at(List::Visits, 8);
        let hrefs = |list, rest| {
            let links = past.links(t, "/p", list, rest);
            links.into_iter().map(|link| link.href).collect::<Vec<_>>()
        };
        assert_eq!(
            hrefs(List::Visits, Rest::Lines(3)),
            ["/p?photos=12#visites", "/p?visites=16&photos=12#visites"]
        );
        assert_eq!(
            hrefs(List::History, Rest::Some),
            ["/p?visites=8&photos=12&historique=12#historique"]
        );
        assert!(hrefs(List::History, Rest::Nothing).is_empty());
        assert_eq!(hrefs(List::Photos, Rest::Lines(0)), ["/p?visites=8#photos"]);
    }

    #[test]
    fn an_address_beyond_the_end_asks_for_the_newest() {
        let past = Past::default().at(List::Visits, 60);
        assert_eq!(past.window(List::Visits, Some(61)).offset, 60);
        assert_eq!(past.window(List::Visits, Some(60)).offset, 0);
        assert_eq!(past.window(List::Visits, None).offset, 60);
    }
}
