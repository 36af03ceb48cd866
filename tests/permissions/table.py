"""The access table: every address of the site, who gets in, and what is answered.

``DOORS`` says per role what happens at a door; ``ADDRESSES`` gives every address its door and what those who get in
are answered. Somebody of another cooperative gets 404 wherever ``of`` names a cooperative's own thing and the door is
one of ``MEMBER_DOORS``. 405 comes before the door, (405) behind it: allauth looks at the method later than we do.
Its pages of the second factor answer 302: first the password once more.
Written out on purpose and read from nothing: a changed role or a forgotten decorator must show here as a difference.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.permissions.world import ROLES

MEMBER_DOORS = {"view", "list", "record", "pack", "team", "money"}

_DOORS = """
              anonymous  viewer  packer  recorder  manager  owner  staff
everyone      in         in      in      in        in       in     in
view          sign-in    in      in      in        in       in     403
list          sign-in    403     403     403       in       in     403
record        sign-in    403     403     in        in       in     403
pack          sign-in    403     in      403       in       in     403
team          sign-in    403     403     403       in       in     403
money         sign-in    403     403     403       in       in     403
signed-in     sign-in    in      in      in        in       in     in
pin-owners    sign-in    in      in      in        in       in     302
staff         sign-in    302     302     302       302      302    in
card          in         409     302     409       409      409    409
guests        in         302     302     302       302      302    302
leaving       302        in      in      in        in       in     in
team-place    sign-in    403     403     403       403      403    403
leads         sign-in    403     403     403       403      403    in
"""

# name | door | of: things in the address ('word, /path as they stand) | GET | POST | what is posted ({thing} filled in)
_ADDRESSES = """
healthz                        | everyone | | 200 | 200 |
readyz                         | everyone | | 200 | 200 |
media                          | everyone | media | 200 | 200 |
set_language                   | everyone | | 302 | 302 | language=en&next=/
robots                         | everyone | | 200 | 405 |
sitemap                        | everyone | | 200 | 405 |
sitemap_file                   | everyone | 'khong-co '0 | 404 | 405 |
manifest                       | everyone | | 200 | 405 |
favicon                        | everyone | | 302 | 405 |
batch_by_link                  | everyone | /01/1 | 400 | 405 |
batch_by_code                  | everyone | batch | 307 | 405 |
place_by_code                  | everyone | plot_code | 307 | 405 |
gs1resolver                    | everyone | | 200 | 405 |
tlog_checkpoint                | everyone | | 404 | 405 |
tlog_checkpoint_of             | everyone | '1 | 404 | 405 |
tlog_vkey                      | everyone | | 200 | 405 |
tlog_entry                     | everyone | '999999 | 404 | 405 |
tlog_proof                     | everyone | '999999 | 404 | 405 |
tlog_consistency               | everyone | | 404 | 405 |
batch_dossier                  | everyone | batch | 503 | 405 |
log_page                       | everyone | | 200 | 405 |
recall_status                  | everyone | /api/recall/01/1 | 400 | 405 |
master_data                    | everyone | | 400 | 405 |
journey                        | everyone | batch | 200 | 405 |
genealogy                      | everyone | batch | 200 | 405 |
api_page                       | everyone | | 200 | 405 |
api_schema                     | everyone | | 200 | 405 |
epcis:root                     | everyone | | 200 | 405 |
epcis:capture                  | everyone | | 401 | 401 | {}
epcis:capture_job              | everyone | '5b6ce3f0-5d5e-4c1c-9c55-6d3f5a1d2c10 | 401 | 405 |
epcis:events                   | everyone | | 200 | 401 | {}
epcis:event                    | everyone | 'urn:x:1 | 404 | 405 |
epcis:epc_events               | everyone | 'urn:x:1 | 200 | 405 |
epcis:word_events              | everyone | 'bizSteps 'packing | 200 | 405 |
epcis:words                    | everyone | 'bizSteps | 200 | 405 |
epcis:sub_resources            | everyone | 'bizSteps 'packing | 200 | 405 |
epcis:queries                  | everyone | | 200 | 405 |
epcis:nothing                  | everyone | 'nothing | 404 | 401 | {}
callbacks:payments             | everyone | 'simulated | 405 | 401 | {}
callbacks:account_payments     | everyone | 'sepay '1 | 405 | 404 | {}
message_reports:esms           | everyone | '1 '00000000 | 404 | 404 |
message_reports:zalo           | everyone | | 405 | 400 |
simulation:bank                | everyone | | 200 | 400 | payload=x
simulation:card                | everyone | '00000000-0000-4000-8000-000000000000 | 404 | 404 | number=1&action=pay
lot_epcis                      | everyone | batch | 200 | 405 |
lot_kde_csv                    | everyone | batch | 200 | 405 |
lot_kde_xlsx                   | everyone | batch | 200 | 405 |
dpp_by_code                    | everyone | batch | 200 | 405 |
dpp_by_link                    | everyone | | 400 | 405 |
dpp_schema                     | everyone | | 200 | 405 |
passport:lookup                | everyone | | 200 | 405 |
passport:report                | everyone | batch | 200 | 302 | reason=other&words=Tem rách
passport:report_unknown        | everyone | | 200 | 302 | reason=other&words=Tem rách
passport:lot                   | everyone | batch | 200 | 405 |
passport:goods                 | everyone | pack | 200 | 405 |
passport:place                 | everyone | plot_code | 200 | 405 |
passport:maker                 | everyone | party | 200 | 405 |
passport:paper                 | everyone | paper | 200 | 405 |
passport:reported              | everyone | | 200 | 405 |
cms:search                     | everyone | | 200 | 405 |
questions:faq                  | everyone | | 200 | 405 |
questions:ask | everyone | | 200 | 302 | about=buying&text=Mật ong có đường không?&place=Trần Đề, Cần Thơ
questions:one                  | everyone | 'khong-co | 404 | 405 |
rules:index                    | everyone | | 200 | 405 |
rules:page                     | everyone | 'mua-hang | 404 | 405 |
rules:version                  | everyone | 'mua-hang '1 | 404 | 405 |
wagtail_serve                  | everyone | ' | 200 | 200 |

account_login                  | guests | | 200 | 400 | login=0912345678&password=000000
account_login_staff            | guests | | 200 | 400 | login=a@b.vn&password=x
account_logout                 | leaving | | 200 | 302 |
account_inactive               | everyone | | 200 | 405 |
account_reauthenticate         | signed-in | | 200 | 200 | password=x
account_change_password        | staff | | 200 | 200 | oldpassword=x
account_change_pin             | pin-owners | | 200 | 400 | present=1
account_devices                | signed-in | | 200 | 302 | others=1
privacy:mine                   | signed-in | | 200 | 405 |
privacy:consent                | signed-in | | 405 | 302 | purpose=zalo&act=yes
privacy:copy                   | signed-in | | 405 | 200 |
privacy:ask                    | signed-in | | 405 | 302 | kind=question&words=Gì
privacy:take_back              | signed-in | 'KHONGCO2 | 405 | 404 |
account_card                   | card | card | 200 | 400 | password=1
account_invitation             | everyone | invite_token | 200 | 400 | name=
account_invitation_sign_in     | everyone | invite_token | 404 | 404 | password=1
account_invitation_join        | everyone | invite_token | 405 | 302 |
account_choose_cooperative     | signed-in | | 200 | 404 | code=KHONGCO234
mfa_index                      | signed-in | | 200 | (405) |
mfa_authenticate               | everyone | | 302 | 302 |
mfa_reauthenticate             | signed-in | | 302 | 302 |
mfa_activate_totp              | signed-in | | 302 | 302 |
mfa_deactivate_totp            | signed-in | | 404 | 404 |
mfa_view_recovery_codes        | signed-in | | 404 | (405) |
mfa_generate_recovery_codes    | signed-in | | 302 | 302 |
mfa_download_recovery_codes    | signed-in | | 404 | 404 |
mfa_list_webauthn              | signed-in | | 200 | (405) |
mfa_add_webauthn               | signed-in | | 302 | 302 |
mfa_reauthenticate_webauthn    | signed-in | | 302 | 302 |
mfa_remove_webauthn            | signed-in | '1 | 302 | 302 |
mfa_edit_webauthn              | signed-in | '1 | 302 | 302 |

shopping:list                  | everyone | | 200 | 405 |
shopping:suggestions           | everyone | | 200 | 405 |
shopping:provinces             | everyone | | 200 | 405 |
shopping:product               | everyone | slug | 200 | 405 |
shopping:buy                   | everyone | pack | 302 | 405 |
shopping:booth                 | everyone | seller | 200 | 405 |
shopping:party                 | everyone | party | 302 | 405 |
shopping:basket                | everyone | | 200 | 405 |
shopping:basket_add            | everyone | | 405 | 303 | pack={pack}&quantity=1
shopping:basket_change         | everyone | | 405 | 303 | pack={pack}&quantity=1
shopping:basket_voucher        | everyone | | 405 | 303 | code=TET27
shopping:checkout              | everyone | | 303 | 303 | province=92
shopping:checkout_places       | everyone | | 200 | 405 |
shopping:order                 | everyone | unpaid | 200 | 405 |
shopping:find                  | everyone | | 200 | 303 | code=7K3F2Q&phone=0912345678
shopping:order_again           | everyone | unpaid | 405 | 303 |
shopping:data                  | everyone | unpaid | 200 | 405 |
shopping:data_file             | everyone | unpaid | 200 | 405 |
shopping:data_ask              | everyone | unpaid 'hoi | 405 | 303 | words=Sửa tên
shopping:data_withdraw         | everyone | unpaid 'KHONGCO2 | 405 | 404 |
shopping:order_pay             | everyone | unpaid 'vietqr | 405 | 303 | parcel={awaiting}
shopping:order_qr              | everyone | unpaid payment | 200 | 405 |
shopping:order_qr_png          | everyone | unpaid payment | 200 | 405 |
shopping:order_cancel          | everyone | unpaid | 405 | 303 | parcel={awaiting}
shopping:order_photo            | everyone | unpaid awaiting | 404 | 405 |
shopping:order_arrived          | everyone | unpaid | 405 | 303 | parcel={awaiting}
shopping:order_shortage        | everyone | unpaid | 405 | 303 | parcel={awaiting}
shopping:order_later           | everyone | unpaid | 405 | 303 | parcel={awaiting}
shopping:order_claim           | everyone | unpaid | 405 | 303 | payment={payment}
shopping:order_refund          | everyone | unpaid payment | 404 | 404 |
shopping:claim_new             | everyone | sent shipped | 303 | 303 | problem=bad
shopping:claim                 | everyone | sent claim | 200 | 405 |
shopping:claim_photo           | everyone | sent claim claim_photo | 200 | 405 |
shopping:claim_act             | everyone | sent claim | 405 | 303 | act=withdraw
shopping:review_write          | everyone | sent line | 303 | 303 | stars=5
shopping:wish                  | everyone | slug | 302 | 302 |
shopping:wish_end              | everyone | 'khongco | 200 | 303 |
shopping:report_goods          | everyone | slug | 200 | 303 | kind=fake&words=Hàng giả
shopping:report_seller         | everyone | seller | 200 | 303 | kind=other&words=Không giao hàng
shopping:report                | everyone | 'KHONGCO234 | 404 | 405 |
shopping:place                 | everyone | | 405 | 303 | to=92&next=/
shopping:product_reviews       | everyone | slug | 200 | 405 |
shopping:review_report         | everyone | review | 200 | 302 | words=Quảng cáo
shopping:order_invoice | everyone | unpaid | 200 | 303 | invoice_kind=person&invoice_name=An&invoice_address=Huế

selling:home                   | view | | 200 | 405 |
selling:listings               | view | | 200 | 405 |
selling:new_listing            | list | | 200 | 302 | photo=@
selling:draft_resume           | list | draft | 302 | 302 |
selling:draft                  | list | draft 'gia | 200 | 302 | price=95.000
selling:draft_drop             | list | draft | 405 | 302 |
selling:price                  | list | pack | 200 | 302 | price=95.000&sure=1
selling:gtin                   | list | pack | 200 | 302 | gtin=8936000000011&sure=1
selling:stop_selling           | list | pack | 405 | 302 |
selling:resume_selling         | list | pack | 405 | 302 |
selling:listing                | view | product | 200 | 405 |
selling:words                  | list | product | 200 | 302 | title=Gạo&summary=Ngon
selling:send_again             | list | product | 405 | 302 |
selling:call_back              | list | product | 405 | 302 |
selling:keep_old               | list | product | 405 | 302 |
selling:archive                | list | product | 200 | 302 |
selling:restore                | list | product | 405 | 302 |
selling:photos                 | list | product | 200 | 302 | photo=@
selling:new_pack               | list | product | 200 | 302 | amount=2&unit=kg&price=95.000&sure=1
selling:goods_papers           | list | product | 200 | 302 | paper={grown_paper}
selling:pack_size              | list | pack | 200 | 302 | amount=2&unit=kg&container=sack
selling:label_facts            | list | product | 200 | 302 | storage=Nơi khô mát
selling:paper_rescan           | list | paper | 302 | 302 |
selling:papers                 | view | | 200 | 405 |
selling:paper_new              | list | | 200 | 400 | scheme=vietgap
selling:paper_scan             | view | paper_scan | 200 | 405 |
selling:invoices               | money | | 200 | 405 |
selling:invoice_file           | money | 'csv | 200 | 405 |
selling:invoice                | money | new | 200 | 302 | serial=1C26TAA&number=12
selling:account                | money | | 200 | 400 | bank=970405
selling:on_delivery            | money | | 200 | 302 | offered=on&most=500.000
selling:account_call_off       | money | | 405 | 302 |
selling:money                  | money | | 200 | 405 |
selling:statement              | money | '2026-10 | 200 | 405 |
selling:statement_paper        | money | '2026-10 | 200 | 405 |
selling:statement_sheet        | money | '2026-W43 | 200 | 405 |
selling:awaiting               | money | | 200 | 405 |
selling:received | money | payment | 200 | 302 | amount=1000&reference=FT26326123&day={today}&sure=1
selling:refunds                | money | | 200 | 405 |
selling:refund | money | payment | 404 | 404 |
selling:refund_ask             | money | new | 200 | 400 | amount=1000
selling:apply | everyone | | 200 | 302 | person=Sáu&phone=0977333444&name=HTX&legal_form=group&place=Trần Đề
selling:applied                | everyone | | 200 | 405 |
selling:application            | team | | 200 | 405 |
selling:application_facts      | team | | 200 | 302 | legal_form=household&representative=Lan
selling:application_send       | team | | 405 | 302 |
selling:application_paper_new  | team | | 200 | 400 | kind=other
selling:application_paper      | team | seller_paper | 200 | 405 |
selling:application_paper_back | team | seller_paper | 405 | 302 |
selling:shipping               | list | | 200 | 405 |
selling:shipping_begin         | list | 'country | 200 | 302 |
selling:shipping_zone_new      | list | | 200 | 400 | name=Vùng&where=named
selling:shipping_zone |list |zone |200 |302 |name=V&where=everywhere&first_kg=2&first_dong=9&step_kg=1&step_dong=4&days_min=1&days_max=2
selling:shipping_zone_remove   | list | zone | 200 | 302 |
selling:pick_up_new            | list | | 200 | 400 | name=Kho
selling:pick_up |list |pick_up |200 |302 |name=K&address_line=ấp 3&commune=Trần Đề&hours=7&phone=0299 3822 123
selling:pick_up_close          | list | pick_up | 405 | 302 |
selling:dispatch_days          | list | | 200 | 302 | weekdays=1&cut_off_hour=15
selling:cold_goods             | list | | 200 | 302 |
selling:holiday                | list | | 200 | 302 | first={today}&last={today}
selling:holiday_end            | list | | 405 | 302 |
selling:members                | team | | 200 | 405 |
selling:member_invite          | team | | 200 | 302 | name=Chu Thị Sáu&phone=0977 111 222&role=packer
selling:member_cards           | team | | 200 | 405 |
selling:member_cards_make      | team | | 405 | 302 |
selling:invitation_again       | team | invitation | 405 | 302 |
selling:invitation_withdraw    | team | invitation | 405 | 302 |
selling:member                 | team | member | 200 | 405 |
selling:member_role            | team | member | 405 | 302 | role=recorder
selling:member_end             | team | member | 200 | 302 |
selling:member_unlock          | team | member | 405 | 302 |
selling:member_pin             | team | member | 200 | 302 | new=730164&again=730164
selling:member_sign_out        | team | member | 405 | 302 |
selling:member_card            | team | member | 200 | 405 |
selling:member_card_new        | team | member | 405 | 302 |
selling:member_card_revoke     | team | member | 405 | 302 |
selling:sheets                 | list | | 200 | 400 |
selling:sheet_template         | list | | 200 | 405 |
selling:sheet                  | list | nothing | 404 | 404 |
selling:sheet_row              | list | nothing '0 | 404 | 404 |
selling:export                 | list | | 405 | 302 | kind=zip
selling:export_file            | list | nothing | 404 | 405 |
selling:vouchers               | list | | 200 | 405 |
selling:voucher_new            | list | | 200 | 400 | code=TET27
selling:voucher_stop           | list | voucher | 405 | 302 |
selling:reviews                | view | | 200 | 405 |
selling:review_answer          | list | review | 200 | 302 | words=Cảm ơn
selling:claims                 | pack | | 200 | 405 |
selling:claim                  | pack | claim | 200 | 302 | act=answer&outcome=none&words=Đúng hàng mà
selling:claim_photo            | pack | claim claim_photo | 200 | 405 |
selling:orders                 | view | | 200 | 405 |
selling:parcel                 | view | new | 200 | 405 |
selling:accept                 | pack | new | 405 | 302 |
selling:not_enough             | pack | new | 200 | 200 |
selling:not_enough_back        | pack | new | 405 | 302 |
selling:weigh                  | pack | accepted '1 | 200 | 302 | weight=1
selling:handed_over            | pack | nothing | 405 | 404 |
selling:reject                 | pack | new | 200 | 302 | why=Hết hàng
selling:pack                   | pack | accepted | 200 | 302 | {picks}
selling:scan                   | pack | accepted | 405 | 302 | code={batch}
selling:scan_back              | pack | accepted | 405 | 302 |
selling:unpack                 | pack | packed | 405 | 302 |
selling:ship                   | pack | packed | 200 | 302 | courier=VNPost&courier_code=EM2
selling:slip                   | pack | packed | 200 | 405 |
selling:slips                  | pack | | 200 | 302 | ma={packed}&kho=58
selling:slips_file             | pack | | 404 | 405 |
selling:slip_run               | pack | nothing | 404 | 405 |
selling:came_back              | pack | shipped | 302 | 400 | goods=stock
selling:parcel_photo           | pack | shipped | 200 | 405 |
selling:deliver                | pack | shipped | 405 | 302 |
selling:deliver_undo           | pack | shipped | 405 | 302 |
selling:questions              | list | | 200 | 405 |
selling:question_answer        | list | 'KHONGCO2 | 405 | 404 | answer=Không
selling:journal                | view | | 200 | 405 |
selling:mandates               | team | | 200 | 405 |
selling:mandate_act            | team | mandate | 405 | 302 | act=end
selling:mandate_paper          | team | mandate_paper | 200 | 405 |
selling:kept_form              | view | kept_form | 200 | 302 |
selling:rules                  | view | | 200 | 405 |
selling:rules_accept           | team | '1 | 405 | 302 |
selling:hand_sales             | pack | | 200 | 405 |
selling:hand_sale_new | pack | | 200 | 302 | where=market&day={today}&paid=cash&n-{batch}=1&gia-{batch}=80.000
selling:hand_sale              | pack | hand_sale | 200 | 405 |
selling:hand_sale_undo         | pack | hand_sale | 405 | 302 |
selling:hand_sale_forget       | pack | hand_sale | 405 | 302 |

fieldwork:home                 | record | | 200 | 405 |
fieldwork:batches              | record | | 200 | 405 |
fieldwork:choose_pack          | record | | 200 | 405 |
fieldwork:new_batch            | record | pack | 200 | 303 | day={today}
fieldwork:lots                 | record | | 200 | 405 |
fieldwork:lot_product          | record | 'thu-hoach | 303 | 405 |
fieldwork:lot_in | record | 'thu-hoach product | 200 | 303 | day={today}&material=Lúa tươi&amount=60&unit=kg&{form}
fieldwork:lot_work             | record | | 200 | 200 |
fieldwork:lot                  | record | batch | 200 | 405 |
fieldwork:lot_split            | record | batch | 200 | 303 | day={today}&part_1=1&part_2=1&{form}
fieldwork:box                  | record | batch | 200 | 303 | day={today}&box=THUNG-01&amount=1&{form}
fieldwork:batch                | record | batch | 200 | 405 |
fieldwork:publish              | record | ready_batch | 405 | 303 |
fieldwork:step                 | record | ready_batch 'dry | 200 | 303 | day={today}&hour=00:00&{form}
fieldwork:record               | record | ready_batch record | 200 | 405 |
fieldwork:correct |record |ready_batch record |200 |303 |day={today}&hour=00:00&packs=4&why=Gõ nhầm&confirmed=1&{form}
fieldwork:forget_place         | record | ready_batch record | 405 | 303 |
fieldwork:withdraw             | record | ready_batch record | 200 | 303 | why=Ghi hai lần&{form}
fieldwork:balance_list         | record | | 200 | 405 |
fieldwork:balance              | record | batch | 200 | 405 |
fieldwork:explain              | record | batch '1 | 405 | 404 | note=Cân lại đúng
fieldwork:count                | record | batch | 200 | 303 | amount=1&note=Cân lại&photo=@
fieldwork:plots                | record | | 200 | 405 |
fieldwork:new_plot             | record | | 200 | 303 | name=Ruộng mới&commune={commune}
fieldwork:plot                 | record | plot_code | 200 | 405 |
fieldwork:change_plot          | record | plot_code | 200 | 303 | name=Ruộng trên&commune={commune}
fieldwork:outline              | record | plot_code | 200 | 303 | corners=9.5, 105.9%0A9.5, 105.91%0A9.51, 105.9
fieldwork:close_plot | record | plot_code | 405 | 303 | close=1
fieldwork:treatment | record | plot_code | 200 | 303 | substance=Thuốc&treated_on={today}&wait_days=7&key={key}
fieldwork:drop_treatment       | record | plot_code '1 | 405 | 404 |
fieldwork:times                | list | | 200 | 405 |
fieldwork:ask_times            | list | 'short 'mua-vu | 200 | 303 | months=3&reason=Vùng cao
fieldwork:again                | record | record | 303 | 405 |
fieldwork:units                | record | | 200 | 405 |
fieldwork:unit                 | record | product | 200 | 303 | word=bao&each=50&unit=kg
fieldwork:capacity             | list | | 200 | 303 | line=short&amount=500
fieldwork:papers               | list | | 200 | 405 |
fieldwork:paper                | list | paper | 200 | 303 | most=5
fieldwork:claim                | list | batch | 200 | 303 | certificate={grown_paper}&amount=1&model=SG
fieldwork:drop_claim           | list | batch '1 | 405 | 404 |
fieldwork:closings             | record | | 200 | 422 | amount=1
fieldwork:labels               | record | batch | 200 | 303 | sheet=single&count=1&key={key}
fieldwork:void_labels          | record | batch | 200 | 303 | count=1&why=spoilt&key={key}
fieldwork:cancel_void          | record | batch '1 | 405 | 404 |
fieldwork:close                | record | gone_batch | 200 | 303 |
fieldwork:reopen               | record | batch | 405 | 303 |
fieldwork:label_run            | record | batch label_run | 200 | 405 |
fieldwork:label_file           | record | batch label_run 'pdf | 200 | 405 |

teams:home                     | team-place | | 200 | 405 |
teams:team                     | team-place | | 200 | 405 |
teams:lost_phone               | team-place | nothing | 405 | 404 |
teams:stop                     | signed-in | | 405 | 302 |
teams:cooperative              | team-place | party | 200 | 400 |
teams:mandate                  | team-place | nothing | 404 | 404 |
teams:act                      | team-place | nothing | 405 | 404 |
teams:give_back                | team-place | nothing | 405 | 404 |
teams:paper                    | team-place | nothing | 404 | 404 |
teams:paper_file               | team-place | nothing | 404 | 405 |

helping:board                  | team-place | | 200 | 405 |
helping:visits                 | team-place | | 200 | 405 |
helping:visit_new              | team-place | party | 200 | 302 |
helping:visit                  | team-place | nothing | 404 | 405 |
helping:visit_edit             | team-place | nothing | 404 | 404 |
helping:step_done              | team-place | nothing | 405 | 404 |
helping:visit_photo            | team-place | '1 | 404 | 405 |
helping:visit_photo_drop       | team-place | '1 | 405 | 404 |
helping:consents               | team-place | party | 200 | 400 |
helping:needs                  | team-place | party | 200 | 302 |
helping:needs_edit             | team-place | party '1 | 404 | 404 |
helping:needs_drop             | team-place | party '1 | 405 | 404 |
helping:hand_overs             | team-place | | 200 | 405 |
helping:hand_over_new          | team-place | nothing | 404 | 404 |
helping:hand_over              | team-place | nothing | 405 | 404 |
helping:shares                 | leads | | 200 | 405 |
helping:done_for_us            | view | | 200 | 405 |
helping:visits_of_us           | view | | 200 | 405 |
helping:visit_photo_of_us      | view | '999999 | 404 | 405 |

training:mine                  | signed-in | | 200 | 405 |
training:lesson                | signed-in | 'chup-anh | 404 | 405 |
training:seen                  | signed-in | 'chup-anh | 405 | 404 |
training:practise              | signed-in | 'nhan-don | 200 | 302 |
training:practise_act          | signed-in | 'nhan-don 'nhan | 302 | 200 |
training:sessions              | team-place | | 200 | 405 |
training:session_new           | team-place | | 200 | 400 | place=Nhà văn hóa
training:sessions_sheet        | team-place | | 200 | 405 |
training:session               | team-place | nothing | 404 | 404 |
training:session_mark          | team-place | nothing | 405 | 404 |
training:session_close         | team-place | nothing | 405 | 404 |
training:session_call_off      | team-place | nothing | 405 | 404 |
training:learners              | team-place | | 200 | 405 |

connections:keys               | team | | 200 | 405 |
connections:new_key            | team | | 200 | 201 | name=Phần mềm kho&scope=read
connections:revoke_key         | team | api_key | 200 | 302 |
"""  # noqa: E501

ELSEWHERE = {
    "wagtaildocs_serve": "Wagtail's own: documents that editors publish; we publish none",
    "wagtaildocs_authenticate_with_password": "Wagtail's own: the word for a collection of documents",
    "wagtailcore_authenticate_with_password": "Wagtail's own: the word for a page",
    "wagtailcore_login": "Wagtail's own sign-in for private pages: must open nothing, see test_admin_door",
}
"""Names outside the table; everything under the admin's path has its own test (test_admin_door)."""

LOOKING_WRITES: dict[str, str] = {
    "training:practise": "plays on goods of nobody in a transaction that is undone; test_practising counts every row",
    "training:practise_act": "as above",
}
"""Addresses whose GET writes, and why. Nothing of it stays."""

SAYS_ONLY = {
    "shopping:find": "there is no such order; nobody is told so",
    "fieldwork:forget_place": "no place is kept with this record; the page says so",
    "selling:draft_resume": "leads on to the screen that was not answered yet",
    "selling:scan_back": "nothing was scanned yet",
    "selling:deliver_undo": "it is not delivered; the page says so",
    "shopping:order_arrived": "it is not on its way",
    "selling:voucher_new": "amount and days are missing; the page says so",
    "shopping:basket_voucher": "there is no basket",
    "shopping:wish": "there are packs left: back to the page of the goods",
    "shopping:wish_end": "nothing is kept there; the page says so",
    "shopping:place": "keeps a place in a cookie of the visitor, writes nothing",
    "selling:send_again": "nothing waits to be sent; the page says so",
    "selling:call_back": "nothing is being looked at; the page says so",
    "selling:keep_old": "there are no newer words; the page says so",
    "selling:restore": "is not archived",
    "selling:rules_accept": "no rules are published; the page says so",
    "selling:paper_rescan": "staff has accepted this paper already; the page says so",
    "selling:goods_papers": "staff has confirmed this paper for these goods already",
    "selling:paper_new": "half of the facts are missing; the page says so",
    "selling:resume_selling": "is on sale already",
    "selling:slips": "leads on to the paper, which is drawn when it is opened",
    "selling:came_back": "why is missing; the page says so",
    "selling:not_enough": "how many are there is not told yet; the page asks",
    "selling:not_enough_back": "nobody is asked; the page says so",
    "shopping:order_shortage": "nobody is asked; the page says so",
    "shopping:order_later": "the seller does not offer it; the page says so",
    "selling:refund_ask": "no payment bought this parcel, so nothing can go back; the page says so",
}
"""POSTs that change nothing as this world stands."""

WITHOUT_TOKEN = {
    "shopping:basket_add": "its page is everybody's; the browser says whose form it is, see test_places",
    "shopping:place": "its page is everybody's; the browser says whose form it is, see test_places",
    "epcis:capture": "opened by a key in a header, which no browser sends by itself",
    "epcis:events": "opened by a key in a header, which no browser sends by itself",
    "epcis:nothing": "there is nothing",
    "callbacks:payments": "signed by the sender",
    "callbacks:account_payments": "signed by the sender",
    "message_reports:esms": "its address holds a mark that only we can make",
    "message_reports:zalo": "signed by the sender",
}
"""POSTs that need no token of a form of ours."""


@dataclass(frozen=True)
class Address:
    name: str
    door: str
    of: tuple[str, ...]
    get: str
    post: str
    sends: str

    @property
    def is_owned(self) -> bool:
        """Names a thing of one cooperative that others must not find."""
        return self.door in MEMBER_DOORS and any(not word.startswith("'") for word in self.of)

    @property
    def does_something(self) -> bool:
        """A POST by the owner changes rows."""
        return self.post not in ("404", "405") and self.name not in SAYS_ONLY

    @property
    def roles(self) -> tuple[str, ...]:
        """Who asks: at a door without a lock a guest, a member and staff stand for all."""
        return ("anonymous", "owner", "staff") if self.door == "everyone" else ROLES

    def expected(self, role: str, method: str) -> str:
        inside = self.get if method == "get" else self.post
        at_door = DOORS[self.door][role]
        return inside.strip("()") if inside == "405" or at_door == "in" else at_door

    def expected_elsewhere(self, role: str, method: str) -> str:
        """For a thing of another cooperative: who may do such things at home does not find it."""
        here = self.expected(role, method)
        return "404" if DOORS[self.door][role] == "in" and here != "405" else here


def _doors() -> dict[str, dict[str, str]]:
    head, *rows = (line.split() for line in _DOORS.strip().splitlines())
    assert tuple(head) == ROLES
    return {door: dict(zip(ROLES, answers, strict=True)) for door, *answers in rows}


def _address(line: str) -> Address:
    name, door, of, get, post, sends = (cell.strip() for cell in line.split("|"))
    return Address(name, door, tuple(of.split()), get, post, sends)


DOORS = _doors()
ADDRESSES = [_address(line) for line in _ADDRESSES.splitlines() if line.strip()]
