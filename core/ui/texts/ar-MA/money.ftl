# Official money, at the office and on the phone.
# review
money-title = الصفقات والأداءات
# review
money-none = لا يوجد أي مبلغ رسمي مسجل لهذا المشروع.
# review
money-until = العقود إلى غاية { $day }
# review
money-by = سجّله { $name }
# review
money-corrected = عُوّض بتسجيل مصحح
# review
money-cancelled-by = ألغاه { $name }
# review
money-cancel = إلغاء هذا المبلغ
# review
money-cancel-why = سبب الإلغاء
# review
money-record = تسجيل مبلغ رسمي
# review
money-record-do = تسجيل
# review
money-kind = طبيعة العملية
# review
money-amount = المبلغ (درهم)
# review
money-day = تاريخ العملية
# review
money-reference = المرجع (رقم الصفقة، رقم الأمر بالأداء…)
# review
money-party = نائل الصفقة
# review
money-never-edited = المبلغ المسجل لا يُعدّل: يُلغى مع ذكر السبب، ويبقى الإلغاء ظاهرا.
# review
money-share-contracts = { $share } من الصفقات
# review
money-share-committed = { $share } من الملتزم به
# review
money-share-ordered = { $share } من المأمور بصرفه
# review
money-done = سُجّل المبلغ. تتوصل به الهواتف عند إرسالها المقبل.
# review
money-done-cancelled = أُلغي المبلغ.
# review
money-fault-missing = يجب ملؤه.
# review
money-fault-amount = مبلغ بالدرهم، مثلا 230 000,00.
# review
money-fault-range = يجب أن يكون المبلغ أكبر من صفر وأقل من 500 000 000 درهم.
# review
money-fault-day = تاريخ من التقويم.
# review
money-fault-long = طويل جدا.
# review
money-fault-text = هذا النص يحتوي على رموز لا تُكتب.
# review
money-fault-gone = هذا المبلغ ملغى من قبل.
# review
money-refused = لا يمكن تسجيل هذا المبلغ على هذا النحو.
# review
money-phone-title = المال
# review
money-phone-as-of = أرقام العمالة، وصلت يوم { $day }
# review
money-phone-none = لم ترسل العمالة بعد أي مبلغ رسمي.
# review
money-phone-cancelled = ملغى
