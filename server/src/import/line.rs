//! One line of a spreadsheet: its cells against the schema and the reference bundle.

use std::collections::BTreeMap;

use jawla_model::reference::ReferenceBundle;
use jawla_model::rules::field;
use jawla_model::schema::OPERATIONS;
use jawla_model::{AdminState, Centimes, Position, ProjectField, Value};

use super::{Nature, ProjectDraft, Refusal};

/// The columns that the import reads.
pub(crate) const COLUMNS: [&str; 23] = [
    "code_das",
    "intitule_fr",
    "intitule_ar",
    "phase",
    "programme",
    "axe",
    "annee",
    "tranche",
    "nature",
    "type_operation",
    "secteur",
    "commune",
    "etat",
    "cout_global_dh",
    "part_indh_dh",
    "maitre_ouvrage",
    "porteur",
    "benef_directs",
    "benef_femmes",
    "date_lancement_prev",
    "date_fin_prev",
    "latitude",
    "longitude",
];

/// A title shorter than that says nothing.
const TITLE_CHARS_MIN: usize = 10;

struct Line<'a> {
    number: u64,
    cells: &'a BTreeMap<&'a str, &'a str>,
    fields: Vec<(ProjectField, Value)>,
    refusals: Vec<Refusal>,
}

/// Checks the cells of one line.
pub(super) fn draft(
    number: u64,
    cells: &BTreeMap<&str, &str>,
    bundle: &ReferenceBundle,
    nature: Nature,
) -> Result<ProjectDraft, Vec<Refusal>> {
    let mut line = Line {
        number,
        cells,
        fields: Vec::new(),
        refusals: Vec::new(),
    };
    line.titles();
    line.programme(bundle);
    line.plain_texts();
    line.numbers();
    line.codes(bundle);
    let communes = line.communes(bundle);
    line.amounts();
    line.days();
    line.position();
    if nature == Nature::Demonstration {
        line.fields
            .push((ProjectField::Demonstration, Value::Flag(true)));
    }
    if line.refusals.is_empty() {
        let code_das = line.cell("code_das").to_owned();
        Ok(ProjectDraft {
            line: number,
            code_das,
            communes,
            fields: line.fields,
        })
    } else {
        Err(line.refusals)
    }
}

impl<'a> Line<'a> {
    fn cell(&self, column: &str) -> &'a str {
        self.cells.get(column).copied().unwrap_or_default()
    }

    fn refuse(
        &mut self,
        column: &str,
        reason: &'static str,
        (sentence_fr, sentence_ar): (impl Into<String>, impl Into<String>),
    ) {
        self.refusals.push(Refusal {
            line: self.number,
            field: column.to_owned(),
            reason,
            sentence_fr: sentence_fr.into(),
            sentence_ar: sentence_ar.into(),
        });
    }

    /// Takes a value if the schema lets it stand in its field.
    fn take(&mut self, column: &str, of: ProjectField, value: Value) {
        match field::check(&of.spec(), &value) {
            Ok(()) => self.fields.push((of, value)),
            Err(error) => {
                self.refuse(column, "VALUE", (error.sentence_fr(), error.sentence_ar()));
            }
        }
    }

    fn titles(&mut self) {
        let (fr, ar) = (self.cell("intitule_fr"), self.cell("intitule_ar"));
        if fr.is_empty() && ar.is_empty() {
            let sentence = (
                "Donnez l'intitulé en français ou en arabe.",
                "أدخل العنوان بالفرنسية أو بالعربية.",
            );
            self.refuse("intitule_fr", "TITLE_MISSING", sentence);
        }
        for (column, of, text) in [
            ("intitule_fr", ProjectField::TitleFr, fr),
            ("intitule_ar", ProjectField::TitleAr, ar),
        ] {
            if text.is_empty() {
                continue;
            }
            if text.chars().count() < TITLE_CHARS_MIN {
                let sentence = (
                    "L'intitulé a moins de dix caractères : précisez-le.",
                    "العنوان أقل من عشرة أحرف: وضحه.",
                );
                self.refuse(column, "TITLE_TOO_SHORT", sentence);
            }
            self.take(column, of, text.into());
        }
    }

    fn programme(&mut self, bundle: &ReferenceBundle) {
        let (phase, programme) = (self.cell("phase"), self.cell("programme"));
        if !bundle.periods.iter().any(|period| period.code == phase) {
            self.refuse(
                "phase",
                "UNKNOWN_PHASE",
                (
                    format!("La phase « {} » n'existe pas.", short(phase)),
                    format!("المرحلة « {} » غير موجودة.", short(phase)),
                ),
            );
            return;
        }
        if bundle.programme(&format!("{phase}-{programme}")).is_none() {
            let sentence = (
                format!(
                    "Le programme « {} » n'existe pas dans la phase {phase}.",
                    short(programme)
                ),
                format!(
                    "البرنامج « {} » غير موجود في المرحلة {phase}.",
                    short(programme)
                ),
            );
            self.refuse("programme", "UNKNOWN_PROGRAMME", sentence);
            return;
        }
        self.take("phase", ProjectField::Phase, phase.into());
        self.take("programme", ProjectField::Programme, programme.into());
    }

    fn plain_texts(&mut self) {
        for (column, of) in [
            ("code_das", ProjectField::CodeDas),
            ("axe", ProjectField::Axis),
            ("maitre_ouvrage", ProjectField::Owner),
            ("porteur", ProjectField::Holder),
        ] {
            let text = self.cell(column);
            if !text.is_empty() {
                self.take(column, of, text.into());
            }
        }
    }

    fn whole(&mut self, column: &str, of: ProjectField) -> Option<i64> {
        let text = self.cell(column);
        if text.is_empty() {
            return None;
        }
        match text.parse::<i64>() {
            Ok(number) => {
                self.take(column, of, number.into());
                Some(number)
            }
            Err(_) => {
                let sentence = (
                    format!("« {} » n'est pas un nombre entier.", short(text)),
                    format!("« {} » ليس عددا صحيحا.", short(text)),
                );
                self.refuse(column, "NOT_A_NUMBER", sentence);
                None
            }
        }
    }

    fn numbers(&mut self) {
        if self.whole("annee", ProjectField::Year).is_none() && self.cell("annee").is_empty() {
            self.refuse(
                "annee",
                "YEAR_MISSING",
                (
                    "Donnez l'exercice, par exemple 2024.",
                    "أدخل السنة المالية، مثلا 2024.",
                ),
            );
        }
        self.whole("tranche", ProjectField::Tranche);
        let all = self.whole("benef_directs", ProjectField::BeneficiariesDirect);
        let women = self.whole("benef_femmes", ProjectField::BeneficiariesWomen);
        if let (Some(all), Some(women)) = (all, women)
            && women > all
        {
            let sentence = (
                "Il y a plus de femmes que de bénéficiaires.",
                "عدد النساء أكبر من عدد المستفيدين.",
            );
            self.refuse("benef_femmes", "WOMEN_ABOVE_TOTAL", sentence);
        }
    }

    fn codes(&mut self, bundle: &ReferenceBundle) {
        self.take("nature", ProjectField::Nature, self.cell("nature").into());
        let operation = self.cell("type_operation");
        if !operation.is_empty() {
            if !OPERATIONS.contains(&operation) {
                let sentence = (
                    format!("Types possibles : {}.", OPERATIONS.join(", ")),
                    format!("الأنواع الممكنة: {}.", OPERATIONS.join(", ")),
                );
                self.refuse("type_operation", "UNKNOWN_OPERATION", sentence);
            } else {
                self.take("type_operation", ProjectField::Operation, operation.into());
            }
        }
        let sector = self.cell("secteur");
        if !sector.is_empty() {
            if bundle.sector(sector).is_none() {
                let sentence = (
                    format!("Le secteur « {} » n'existe pas.", short(sector)),
                    format!("القطاع « {} » غير موجود.", short(sector)),
                );
                self.refuse("secteur", "UNKNOWN_SECTOR", sentence);
            } else {
                self.take("secteur", ProjectField::Sector, sector.into());
            }
        }
        let state = match self.cell("etat") {
            "" => AdminState::Idea.code(),
            given => given,
        };
        self.take("etat", ProjectField::AdminState, state.into());
    }

    fn communes(&mut self, bundle: &ReferenceBundle) -> Vec<String> {
        let mut codes = Vec::new();
        for text in self.cell("commune").split('+').map(str::trim) {
            match bundle.find_commune(text) {
                Some(commune) => codes.push(commune.code.clone()),
                None if text.is_empty() => {
                    self.refuse(
                        "commune",
                        "COMMUNE_MISSING",
                        ("Donnez la commune.", "أدخل الجماعة."),
                    );
                }
                None => {
                    let sentence = (
                        format!("La commune « {} » n'est pas dans la province.", short(text)),
                        format!("الجماعة « {} » لا توجد في الإقليم.", short(text)),
                    );
                    self.refuse("commune", "UNKNOWN_COMMUNE", sentence);
                }
            }
        }
        codes.sort_unstable();
        codes.dedup();
        self.take(
            "commune",
            ProjectField::Communes,
            Value::Text(codes.join("+")),
        );
        codes
    }

    fn amounts(&mut self) {
        let mut read = [None, None];
        for ((column, of), amount) in [
            ("cout_global_dh", ProjectField::Cost),
            ("part_indh_dh", ProjectField::IndhShare),
        ]
        .into_iter()
        .zip(&mut read)
        {
            let text = self.cell(column);
            if text.is_empty() {
                continue;
            }
            match Centimes::parse_dirhams(text) {
                Some(Centimes(centimes)) => {
                    self.take(column, of, centimes.into());
                    *amount = Some(centimes);
                }
                None => {
                    let sentence = (
                        format!(
                            "« {} » n'est pas un montant, par exemple 1234567,89.",
                            short(text)
                        ),
                        format!("« {} » ليس مبلغا، مثلا 1234567,89.", short(text)),
                    );
                    self.refuse(column, "NOT_AN_AMOUNT", sentence);
                }
            }
        }
        if let [Some(cost), Some(share)] = read
            && share > cost
        {
            let sentence = (
                "La part INDH dépasse le coût global.",
                "حصة المبادرة تتجاوز الكلفة الإجمالية.",
            );
            self.refuse("part_indh_dh", "SHARE_ABOVE_COST", sentence);
        }
    }

    fn days(&mut self) {
        let start = self.cell("date_lancement_prev");
        let end = self.cell("date_fin_prev");
        for (column, of, day) in [
            ("date_lancement_prev", ProjectField::PlannedStart, start),
            ("date_fin_prev", ProjectField::PlannedEnd, end),
        ] {
            if !day.is_empty() {
                self.take(column, of, day.into());
            }
        }
        if jawla_model::time::days_between(start, end).is_some_and(|days| days < 0) {
            let sentence = (
                "L'achèvement prévu précède le lancement.",
                "تاريخ الانتهاء المتوقع قبل تاريخ الانطلاق.",
            );
            self.refuse("date_fin_prev", "END_BEFORE_START", sentence);
        }
    }

    fn position(&mut self) {
        let (latitude, longitude) = (self.cell("latitude"), self.cell("longitude"));
        if latitude.is_empty() && longitude.is_empty() {
            return;
        }
        let position = degrees_e7(latitude).zip(degrees_e7(longitude)).and_then(
            |(latitude_e7, longitude_e7)| {
                let position = Position {
                    latitude_e7,
                    longitude_e7,
                    accuracy_m: 0,
                };
                Position::parse(&position.text())
            },
        );
        match position {
            Some(position) => {
                self.take(
                    "latitude",
                    ProjectField::Position,
                    Value::Text(position.text()),
                );
            }
            None => {
                let sentence = (
                    "La position n'est pas lisible, par exemple 32.8861 et -6.9063.",
                    "لا يمكن قراءة الموقع، مثلا 32.8861 و -6.9063.",
                );
                self.refuse("latitude", "NOT_A_POSITION", sentence);
            }
        }
    }
}

/// Decimal degrees, in ten-millionths.
fn degrees_e7(text: &str) -> Option<i32> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, decimals) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || !is_number(whole) || !is_number(decimals) {
        return None;
    }
    let decimals: String = decimals
        .chars()
        .chain(std::iter::repeat('0'))
        .take(7)
        .collect();
    let value: i64 = format!("{whole}{decimals}").parse().ok()?;
    i32::try_from(if negative { -value } else { value }).ok()
}

/// A cell as it may be shown in a sentence: short, and on one line.
fn short(text: &str) -> String {
    const CHARS_SHOWN_MAX: usize = 40;
    text.chars()
        .filter(|c| !c.is_control())
        .take(CHARS_SHOWN_MAX)
        .collect()
}
