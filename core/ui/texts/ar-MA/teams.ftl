# Phones and teams, in the office.
# review
teams-none = لا هاتف مسجل: ادعوا شخصا أولا.
# review
teams-caption = الهواتف، الأحدث اتصالا أولا
# review
teams-person = الشخص
# review
teams-device = الهاتف
# review
teams-seen = آخر اتصال
# review
teams-places = الجماعات والأدوار
# review
teams-receipt = آخر وصل
# review
teams-rights = الحقوق
# review
teams-cloned = مكرر
# review
teams-revoked = سُحبت حقوقه
# review
teams-silent = بدون اتصال
# review
teams-revoke = سحب الحقوق
# review
teams-revoke-why = لن يتوصل هذا الهاتف بشيء ولن يرسل شيئا ابتداء من الآن. ما توصلت به العمالة يبقى محفوظا. لا يمكن التراجع: ستلزم دعوة جديدة.
# review
teams-invite = دعوة شخص
# review
teams-invite-button = إنشاء الدعوة
# review
teams-name-fr = الاسم بالحروف اللاتينية
# review
teams-name-ar = الاسم بالعربية
# review
teams-role = الدور
# review
teams-where = الجماعات
# review
teams-no-address = لم يعلن الخادم بعد عن عنوان للهواتف.
# review
teams-invitation = دعوة
# review
teams-invitation-how = افتحوا «جولة» في الهاتف وامسحوا هذا الرمز، أو ألصقوا النص. يُستعمل مرة واحدة.
# review
teams-invitation-code = رمز للمسح
# review
teams-invitation-text = نص الدعوة
# review
teams-invitation-until = صالحة إلى غاية { $when }.
# review
desk-fault-name = اكتبوا اسم الشخص بدون رموز خفية.
# review
desk-fault-places = اختاروا جماعة واحدة على الأقل من اللائحة.
# review
desk-fault-role = لا يمكن إسناد هذا الدور من هنا.
# review
desk-fault-view-name = اختاروا اسما أقصر لهذا العرض.
# review
desk-fault-view-query = لا يمكن حفظ هذا العرض.
# review
desk-fault-views-full = لديكم خمسون عرضا: احذفوا واحدا.
