### Texts that both the phone and the office show.

## The product, words of every page

# review
product = جولة
# review
search = بحث
# review
clear = مسح
# review
cancel = إلغاء
# review
save = حفظ
# review
back = رجوع
# review
close = إغلاق
# review
open = فتح
# review
yes = نعم
# review
no = لا
# review
unknown = غير معروف
# review
retry = إعادة المحاولة
# review
skip = الانتقال إلى المحتوى
# review
language-switch = اللغة
demo-banner = معطيات تجريبية
# review
demo-why = لا وجود لأي من هذه المشاريع.

## Pages of a list

# review
pager-label = صفحات اللائحة
# review
pager-previous = السابقة
# review
pager-next = التالية
# review
pager-line = { $from } إلى { $to } من أصل { $total }

## Tabs and actions of the phone

tab-todo = المهام
tab-projects = المشاريع
tab-send = الإرسال
tab-me = حسابي
act-new = زيارة جديدة
act-done = إنهاء الزيارة
act-photo = التقاط صورة
act-voice = تسجيل صوتي
act-sync = إرسال الآن
act-undo = تراجع
act-asbefore = كما في الزيارة السابقة

## The words of a record

word-draft = مسودة
word-phone = محفوظ في هذا الهاتف
word-received = توصلت به العمالة
word-returned = للتصحيح
word-approved = مصادق عليه
word-clash = اختلاف يجب حسمه
# review
word-aside = وُضع جانبا: { $reason }

## The link and the position

net-off = بدون اتصال: يمكنك متابعة العمل
net-run = جارٍ الإرسال… { "\u2066" }{ $done }/{ $total }{ "\u2069" }
net-ok = وصل كل شيء على الساعة { $time }
# review
net-old = { $n ->
    [zero] لا اتصال منذ اليوم
    [one] لا اتصال منذ يوم
    [two] لا اتصال منذ يومين
    [few] لا اتصال منذ { $n } أيام
    [many] لا اتصال منذ { $n } يوما
   *[other] لا اتصال منذ { $n } يوم
}
net-err = توقف الإرسال وسيُستأنف تلقائيا
gps-wait = جارٍ تحديد الموقع… ± { $accuracy }
gps-take = قبول مع ذكر السبب
fld-phys = الإنجاز المادي
fld-fin = الإنجاز المالي
fld-state = حالة الورش
fld-prob = الصعوبات
err-space = تبقّى { $size }: أفرغ بعض المساحة
err-old = المرجو تحديث مكوّن WebView

## The office

office-queue = في انتظار المصادقة
office-age = المعطيات المتوصل بها إلى غاية { $date }
office-approve = مصادقة
office-return = إرجاع

## Dates

# review
date-unknown = تاريخ غير معروف
# review
ago-now = الآن
# review
ago-minutes = { $n ->
    [zero] الآن
    [one] قبل دقيقة
    [two] قبل دقيقتين
    [few] قبل { $n } دقائق
    [many] قبل { $n } دقيقة
   *[other] قبل { $n } دقيقة
}
# review
ago-hours = { $n ->
    [zero] الآن
    [one] قبل ساعة
    [two] قبل ساعتين
    [few] قبل { $n } ساعات
    [many] قبل { $n } ساعة
   *[other] قبل { $n } ساعة
}
# review
ago-yesterday = أمس
# review
ago-days = { $n ->
    [zero] اليوم
    [one] أمس
    [two] قبل يومين
    [few] قبل { $n } أيام
    [many] قبل { $n } يوما
   *[other] قبل { $n } يوم
}
# review
ago-months = { $n ->
    [zero] هذا الشهر
    [one] قبل شهر
    [two] قبل شهرين
    [few] قبل { $n } أشهر
    [many] قبل { $n } شهرا
   *[other] قبل { $n } شهر
}
# review
ago-years = { $n ->
    [zero] هذه السنة
    [one] قبل سنة
    [two] قبل سنتين
    [few] قبل { $n } سنوات
    [many] قبل { $n } سنة
   *[other] قبل { $n } سنة
}
# review
ago-date = { $day }

## Why what waits is not on its way: what happens, what to do

# review
why-next-exchange = سيُرسل في المرة القادمة. لا حاجة إلى أي إجراء.
# review
why-under-way = جارٍ الإرسال. يمكنك متابعة العمل.
# review
why-being-typed = الكتابة جارية. سيُرسل عند مغادرة الشاشة.
# review
why-no-network = لا توجد شبكة. سيُرسل عند عودتها؛ تابع العمل.
# review
why-unreachable = العمالة لا تجيب. التطبيق يعيد المحاولة تلقائيا.
# review
why-not-our-server = هذه الشبكة تطلب تسجيل الدخول أو تمنع الإرسال. افتح صفحتها أو غيّر الشبكة.
# review
why-untrusted = الخادم ليس الذي سجلت لديه: لم يُرسل أي شيء. أخبر العمالة.
# review
why-cut = انقطع الاتصال. سيُستأنف الإرسال من حيث توقف.
# review
why-server-busy = خادم العمالة مشغول. التطبيق يعيد المحاولة تلقائيا.
# review
why-server-failed = لم تتمكن العمالة من استلام الإرسال. التطبيق يعيد المحاولة؛ إذا استمر الأمر فأخبرها.
# review
why-waits-for-free-link = الصور تنتظر شبكة الواي فاي. يمكنك إرسالها الآن عبر بيانات الهاتف.
# review
why-paused = أوقفت الإرسال مؤقتا. استأنفه متى شئت.
# review
why-file-failed = وصل الملف تالفا مرتين. المس لإعادة المحاولة.
# review
why-must-enrol = يجب تسجيل هذا الهاتف من جديد. اطلب دعوة من العمالة.

## Why an order was not carried out

# review
fault-not-found = هذا الملف غير موجود هنا. ابحث عنه من جديد في اللائحة.
# review
fault-changed = تغيرت قيمة في هذه الأثناء. أعد قراءة الصفحة ثم حاول من جديد.
# review
fault-bad-value = توجد قيمة غير مناسبة. صحح الخانة المشار إليها.
# review
fault-rules-broken = ما زالت هناك نقط يجب إتمامها. وهي مبينة في الاستمارة.
# review
fault-bad-photo = لا يمكن قبول هذه الصورة. اختر صورة أخرى.
# review
fault-too-much = هذا الملف ممتلئ. ابدأ زيارة أخرى.
# review
fault-not-undoable = لا يوجد ما يمكن التراجع عنه، أو عدّله شخص آخر بعد ذلك.
# review
fault-not-enrolled = يجب تسجيل هذا الهاتف أولا. اطلب دعوة من العمالة.
# review
fault-not-allowed = ليس لك الحق في القيام بهذا. اسأل المسؤول عنك.
# review
fault-storage-full = لم تبق أي مساحة. أفرغ بعض المساحة ثم حاول من جديد.
# review
fault-busy = الجهاز مشغول. حاول من جديد بعد لحظة.
# review
fault-store = فشل الحفظ. حاول من جديد؛ إذا استمر الأمر فأخبر العمالة.
# review
photo-fault-not-a-photo = هذا الملف ليس صورة (JPEG أو PNG).
# review
photo-fault-too-large = الصورة كبيرة جدا. التقطها بجودة أقل.
# review
photo-fault-damaged = الصورة تالفة. التقط صورة أخرى.
# review
enrol-fault-not-an-invitation = هذا النص ليس دعوة كاملة. انسخها من جديد.
# review
enrol-fault-expired = هذه الدعوة استُعملت أو لم تعد صالحة. اطلب دعوة أخرى.
# review
enrol-fault-unreachable = العمالة لا تجيب. تحقق من الشبكة ثم حاول من جديد.
# review
enrol-fault-not-our-server = خادم آخر يجيب مكانه. غيّر الشبكة أو أخبر العمالة.
# review
enrol-fault-storage-full = لم تبق مساحة في الهاتف. أفرغ بعض المساحة ثم حاول من جديد.
# review
enrol-fault-refused = رفضت العمالة التسجيل. اتصل بها.
# review
enrol-fault-defect = فشل التسجيل. حاول من جديد؛ إذا استمر الأمر فأخبر العمالة.
# review
value-error-wrong-type = القيمة ليست من النوع المنتظر.
# review
value-error-control-character = النص يحتوي على حروف غير مرئية: أعد كتابته.
# review
value-error-unknown-code = هذا الرمز غير موجود في اللائحة.
# review
value-error-out-of-bounds = هذا العدد غير ممكن هنا.
# review
value-error-malformed = هذه القيمة ليست بالشكل المنتظر.
# review
value-error-too-long = { $n ->
    [zero] النص أطول من المسموح: اختصره.
    [one] النص يتجاوز حرفا واحدا: اختصره.
    [two] النص يتجاوز حرفين: اختصره.
    [few] النص يتجاوز { $n } أحرف: اختصره.
    [many] النص يتجاوز { $n } حرفا: اختصره.
   *[other] النص يتجاوز { $n } حرف: اختصره.
}

## Why a change was not accepted

# review
reason-UNKNOWN = سبب لا تعرفه هذه النسخة من التطبيق.
# review
reason-TOO_LARGE = التعديل كبير جدا.
# review
reason-NOT_A_CHANGE = المحتوى المتوصل به ليس تعديلا مقروءا.
# review
reason-WRONG_HASH = المحتوى المتوصل به لا يطابق بصمته.
# review
reason-BAD_HEADER = ترويسة التعديل غير صحيحة.
# review
reason-MISSING_DEPENDENCY = التعديل يعتمد على تعديل آخر غير موجود.
# review
reason-WRONG_ACTOR = لم يُكتب التعديل من هذا الهاتف.
# review
reason-FORK = تعديلان مختلفان يحملان الرقم نفسه.
# review
reason-WRONG_ORDER = التعديل ليس في مكانه ضمن تعديلات صاحبه.
# review
reason-TOO_MANY_OPERATIONS = التعديل يحتوي على عمليات كثيرة جدا.
# review
reason-BAD_COLUMNS = محتوى التعديل غير سليم.
# review
reason-UNREADABLE = تعذرت قراءة التعديل بأمان.
# review
reason-NOT_CANONICAL = إعادة قراءة التعديل لا تعطي النص نفسه.
# review
reason-ROLE = هذا الدور لا يملك حق الكتابة هنا.
# review
reason-OUTSIDE_VISIT = الزيارة لا تكتب إلا في نفسها.
# review
reason-SCHEMA = التعديل خارج إطار الملف.
# review
reason-SKELETON = بداية الملف ليست هي المنتظرة.
# review
reason-DOCUMENT_TOO_LARGE = سيتجاوز الملف الحجم المسموح به.
# review
reason-DEPENDS = التعديل يعتمد على تعديل آخر لم يُقبل.
# review
reason-MEMBERSHIP_ENDED = صاحب التعديل لم يعد عضوا عند وصوله.
# review
reason-CLONED = توجد نسختان من هذا الهاتف.
# review
reason-UNPROVED = لا شيء يثبت أن هذه التعديلات كانت مقبولة.
# review
reason-NEVER_ALLOWED = لم يكن لصاحب التعديل قط حق الكتابة هنا.
# review
reason-SIGNATURE = التوقيع غير صحيح.
# review
reason-REVOKED = سُحبت حقوق هذا الهاتف.
# review
reason-UNKNOWN_KIND = هذا النوع من التسجيلات لا يُقبل من هاتف.
