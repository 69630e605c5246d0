//! The French sentences.

use super::Stock;

pub(super) const STOCK: Stock = Stock {
    works: WORKS,
    activity: ACTIVITY,
    quality: QUALITY,
    action: ACTION,
    difficulty: DIFFICULTY,
    other_difficulty: "Difficulté signalée sur place, à préciser avec l'équipe.",
};

const WORKS: &[&str] = &[
    "Le chantier tourne avec {n} ouvriers et un chef d'équipe présent.",
    "Les fouilles sont terminées sur toute la longueur, le fond est sec.",
    "Le ferraillage des semelles a été vérifié avant le coulage du béton.",
    "L'élévation des murs arrive à hauteur de linteau côté nord.",
    "La dalle du rez-de-chaussée a été coulée la semaine passée, cure à l'eau en cours.",
    "L'entreprise a livré {n} tonnes de ciment, stockées à l'abri.",
    "Le panneau de chantier est posé, mais le montant n'y figure pas.",
    "La piste est ouverte sur {n} hectomètres, le décapage continue.",
    "Deux dallots sur trois sont posés, le troisième attend les buses.",
    "La couche de base est compactée, un essai de portance reste à faire.",
    "Les regards d'assainissement sont exécutés, les tampons ne sont pas encore livrés.",
    "Le réservoir est étanche après {n} jours de mise en eau.",
    "La pompe immergée est descendue, le débit d'essai est conforme au contrat.",
    "Le branchement électrique est demandé depuis {n} semaines, sans réponse écrite.",
    "La menuiserie en aluminium est posée, deux vitres sont à remplacer.",
    "L'enduit extérieur est achevé, la peinture commence lundi.",
    "Le carrelage des sanitaires est posé sur {p} % de la surface.",
    "Les pentes de la terrasse sont insuffisantes près de la descente d'eau.",
    "Le bureau d'études est passé hier et a visé le cahier de chantier.",
    "Le cahier de chantier est à jour, signé par le technicien de la commune.",
    "L'accès est difficile après la pluie : le camion n'a pas pu arriver.",
    "Les habitants demandent un passage piéton devant l'entrée de l'école.",
    "Le président de l'association était présent et confirme l'avancement.",
    "L'avancement est estimé à {p} % d'après les quantités relevées.",
    "Le planning accuse un retard de {n} jours, expliqué par l'attente des matériaux.",
    "Aucun accident depuis la dernière visite, casques portés par la plupart des ouvriers.",
    "Les déblais gênent encore la sortie du douar et doivent être évacués.",
    "Le mur de clôture est monté sur {n} mètres, sans joint de dilatation.",
    "Les installations de chantier sont propres, un point d'eau est disponible.",
    "Le matériel livré correspond au bordereau, les numéros de série sont relevés.",
    "L'ambulance est arrivée, la carte grise provisoire est dans le dossier.",
    "La toiture est posée, reste l'étanchéité autour des chéneaux.",
    "L'éprouvette de béton n° {n} est partie au laboratoire.",
    "Les portes sont livrées mais stockées dehors, sans protection.",
    "Le terrain est libre et borné, le plan correspond à la réalité.",
    "Le réseau d'eau est posé sur {p} % du tracé, tranchées refermées.",
    "Le raccordement de l'école à l'eau potable fonctionne, le compteur est scellé.",
    "La cour est nivelée, il manque la rampe pour fauteuils roulants.",
    "Une fissure fine est visible sur l'appui de fenêtre de la deuxième salle.",
    "L'éclairage extérieur a été essayé à la tombée du jour, {n} points allumés.",
    "Le chantier est à l'arrêt depuis {n} jours, le gardien est seul sur place.",
    "La réunion de chantier a fixé la fin du gros œuvre au mois prochain.",
    "Le PV de la visite précédente, n° {n}/{a}, a été relu point par point.",
    "Les réserves de la dernière visite sont levées, sauf l'évacuation des eaux.",
    "Les photos montrent la façade, le détail du dallage et le panneau.",
];

const ACTIVITY: &[&str] = &[
    "La coopérative compte {n} adhérentes, toutes présentes lors de la visite.",
    "Le four est installé et sert {n} jours par mois.",
    "Le registre des ventes est tenu, les factures du trimestre sont classées.",
    "La porteuse du projet a suivi la formation à la gestion, attestation vue.",
    "Le local est loué pour {n} mois, le bail est enregistré.",
    "L'équipement subventionné est sur place et porte l'étiquette d'inventaire.",
    "Les premières commandes viennent du souk hebdomadaire et d'une épicerie.",
    "Le compte bancaire du projet a été ouvert, relevé joint au dossier.",
    "La part du porteur est versée à {p} %.",
    "Le jeune demande une aide pour obtenir l'autorisation d'exercer.",
    "Deux emplois sont créés, dont un à mi-temps.",
    "L'activité a ralenti pendant le mois de Ramadan, elle a repris depuis.",
    "La classe de préscolaire accueille {n} enfants, une éducatrice est en poste.",
    "Les repas sont servis à midi, la cuisine est propre et bien rangée.",
    "La caravane médicale a reçu {n} patients dans la matinée.",
    "Le transport scolaire part à l'heure, le carnet de bord est tenu.",
    "L'association attend la deuxième tranche pour payer le salaire de l'éducatrice.",
    "Le rapport financier de {a} est prêt, il manque le visa du trésorier.",
    "Les bénéficiaires rencontrés sont satisfaits et citent surtout la proximité.",
    "La machine est en panne depuis {n} jours, le réparateur est prévenu.",
    "Les ruches sont en bon état, la récolte est estimée à {n} kilos.",
    "Le stock de laine suffit pour {n} semaines de travail.",
    "La séance de soutien scolaire a réuni {n} élèves de sixième année.",
    "La convention est affichée à l'entrée avec le logo du programme.",
];

const QUALITY: &[&str] = &[
    "Béton bien vibré, parements lisses, pas de ségrégation visible.",
    "Armatures apparentes par endroits, l'enrobage est à reprendre.",
    "Alignement correct, écart de {n} mm mesuré sur le mur le plus long.",
    "Compactage insuffisant en bord de piste.",
    "Finitions soignées, les joints sont réguliers.",
    "Matériaux conformes aux échantillons acceptés.",
    "L'enduit sonne creux sur une partie de la façade ouest.",
    "Pièces justificatives complètes et bien classées.",
];

const ACTION: &[&str] = &[
    "Relancer l'entreprise par écrit sous {n} jours (service technique de la commune).",
    "Demander le rapport du laboratoire avant la prochaine visite.",
    "Faire évacuer les déblais par l'entreprise avant la rentrée.",
    "Prévoir une réunion avec l'association et l'autorité locale.",
    "Compléter le panneau de chantier avec le montant et le délai.",
    "Vérifier le versement de la contribution du partenaire.",
    "Reprendre l'étanchéité de la terrasse, contrôle après la première pluie.",
    "Transmettre les factures du trimestre à la division de l'action sociale.",
];

const DIFFICULTY: &[(&str, &str)] = &[
    (
        "FONC",
        "Le terrain fait l'objet d'une opposition, l'acte n'est pas encore inscrit.",
    ),
    (
        "FONC",
        "La parcelle affectée est plus petite que prévu de {n} mètres carrés.",
    ),
    (
        "CONV",
        "La convention attend la signature d'un des partenaires depuis {n} semaines.",
    ),
    (
        "CONTR",
        "La contribution de la commune n'est pas versée, {p} % manquent.",
    ),
    (
        "CRED",
        "Les crédits de la tranche ne sont pas encore délégués.",
    ),
    (
        "ETUD",
        "Les plans d'exécution ne sont pas validés, l'étude de sol manque.",
    ),
    ("AOI", "L'appel d'offres n'a reçu aucune offre recevable."),
    (
        "ENTR",
        "L'entreprise a retiré son matériel et ne répond plus depuis {n} jours.",
    ),
    (
        "PAIE",
        "Le décompte n° {n} n'est pas payé, l'entreprise a réduit ses effectifs.",
    ),
    (
        "AUTO",
        "L'autorisation de raccordement est en attente depuis {n} semaines.",
    ),
    (
        "SOCI",
        "Des riverains s'opposent au tracé et demandent une réunion.",
    ),
    (
        "GEST",
        "Aucun gestionnaire n'est désigné, le local reste fermé.",
    ),
    ("METE", "Les pluies ont coupé l'accès pendant {n} jours."),
    (
        "PORT",
        "Le bureau de l'association n'est pas renouvelé et ne peut pas signer.",
    ),
    (
        "TECH",
        "Le forage est sec à {n}0 mètres, un autre point est à étudier.",
    ),
    (
        "FORC",
        "Les travaux sont suspendus par un cas de force majeure.",
    ),
];
