"""Every sentence here is invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints import emergencies
from complaints.emergencies import NUMBERS, RULES, Emergency, find

FIRE, GAS, CRIME, ACCIDENT = Emergency.FIRE, Emergency.GAS, Emergency.CRIME, Emergency.ACCIDENT
SELF_HARM, MEDICAL, RESCUE = Emergency.SELF_HARM, Emergency.MEDICAL, Emergency.RESCUE

DANGER = [
    ("我家楼下着火了", (FIRE,)),
    ("三楼著火,快啲嚟人救火", (FIRE,)),
    ("厨房起火了怎么办", (FIRE,)),
    ("火燭呀!隔離屋冒煙", (FIRE,)),
    ("电动车在楼道里烧起来了", (FIRE,)),
    ("仓库那边浓烟滚滚,还有火光", (FIRE,)),
    ("楼上阳台着伙了", (FIRE,)),
    ("可能着火了,整层都是烟味", (FIRE,)),
    ("楼下充电桩爆炸了", (FIRE,)),
    ("昨天起火,到现在还没扑灭", (FIRE,)),
    ("昨天楼下着火,没人来看过", (FIRE,)),  # out or not is unsaid: the number is shown
    ("去年着火没人管,现在又着火了", (FIRE,)),
    ("插座走火,闻到烧焦味", (FIRE,)),
    ("the kitchen is on fire", (FIRE,)),
    ("煤气泄漏,整栋楼都闻到了", (GAS,)),
    ("家里燃气泄露怎么处理", (GAS,)),
    ("楼道有很重的天然气味", (GAS,)),
    ("厨房漏气,嘶嘶响", (GAS,)),
    ("煤氣味好大,係咪漏煤氣", (GAS,)),
    ("媒气漏了", (GAS,)),
    ("好像是一氧化碳中毒,头很晕", (GAS, MEDICAL)),
    ("闻到煤气,老人昏迷了", (GAS, MEDICAL)),
    ("煤气罐在漏气,已经冒烟了", (FIRE, GAS)),
    ("I smell gas in the stairwell", (GAS,)),
    ("有人拿着刀在小区里追人", (CRIME,)),
    ("楼下正在打架", (CRIME,)),
    ("隔壁有人打人,女的在叫", (CRIME,)),
    ("老公现在打我,我躲在厕所", (CRIME,)),
    ("救命啊", (CRIME,)),
    ("前男友威胁要杀我全家", (CRIME,)),
    ("有人在撬门,我一个人在家", (CRIME,)),
    ("持刀抢劫,就在地铁口", (CRIME,)),
    ("我女儿不见了,放学到现在没回家", (CRIME,)),
    ("一直有人跟踪我,我不敢回家", (CRIME,)),
    ("樓下有人劈友,快啲報警", (CRIME,)),
    ("帮我报警", (CRIME,)),
    ("他说要和我们同归于尽", (CRIME, SELF_HARM)),
    ("路口出车祸了", (ACCIDENT,)),
    ("老人被电动车撞了,躺在路上", (ACCIDENT,)),
    ("货车侧翻,司机出不来", (ACCIDENT,)),
    ("刚才有人被車撞,流血不止", (MEDICAL, ACCIDENT)),
    ("前面发生交通事故,撞到人了", (ACCIDENT,)),
    ("高架上三车追尾", (ACCIDENT,)),
    ("我不想活了", (SELF_HARM,)),
    ("我真係唔想活", (SELF_HARM,)),
    ("唔想做人喇", (SELF_HARM,)),
    ("我想死", (SELF_HARM,)),
    ("再不解决我就从楼上跳下去", (SELF_HARM,)),
    ("如果还没人管我就跳楼", (SELF_HARM,)),  # an "if" is a threat here, not a worry
    ("我想自杀", (SELF_HARM,)),
    ("邻居说他要自sha", (SELF_HARM,)),
    ("活着没什么意思了", (SELF_HARM,)),
    ("做人冇意思", (SELF_HARM,)),
    ("死了算了", (SELF_HARM,)),
    ("这个世界没有我会更好", (SELF_HARM,)),
    ("我已经吃了一瓶安眠药", (SELF_HARM,)),
    ("喝了百草枯,没人救我", (SELF_HARM,)),
    ("我写好遗书了", (SELF_HARM,)),
    ("真的熬不下去,我熬不下去了", (SELF_HARM,)),
    ("我想结束自己的生命", (SELF_HARM,)),
    ("一个男的站在楼顶不下来", (SELF_HARM,)),
    ("我带孩子一起死给你们看", (SELF_HARM,)),
    ("被逼得想死的心都有了", (SELF_HARM,)),
    ("我要离开这个世界了", (SELF_HARM,)),
    ("有没有自杀干预热线", (SELF_HARM,)),  # who asks for the line needs it
    ("隔壁女孩割腕了", (SELF_HARM,)),
    ("不想或了", (SELF_HARM,)),
    ("我想消失,没有活下去的理由", (SELF_HARM,)),
    ("开煤气自杀", (GAS, SELF_HARM)),
    ("i want to die", (SELF_HARM,)),
    ("我爸突然昏倒,叫不醒", (MEDICAL,)),
    ("老人没有呼吸了", (MEDICAL,)),
    ("工人触电了", (MEDICAL,)),
    ("有小孩掉进河里", (RESCUE, MEDICAL)),
    ("孩子噎住了", (MEDICAL,)),
    ("有人从五楼摔下来", (MEDICAL,)),
    ("快叫救护车", (MEDICAL,)),
    ("心脏病犯了,胸口痛", (MEDICAL,)),
    ("孩子掉河里了", (RESCUE, MEDICAL)),
    ("有人从楼上跳下来了", (SELF_HARM, MEDICAL)),
    ("有人倒在地上不动", (MEDICAL,)),
    ("老人摔倒了站不起来", (MEDICAL,)),
    ("工地塌方有人被埋", (RESCUE, MEDICAL)),
    ("围墙倒塌,压住了两个工人", (RESCUE, MEDICAL)),
    ("液化气罐嘶嘶响", (GAS,)),
    ("变压器在冒火", (FIRE,)),
    ("屋里全是烟", (FIRE,)),
    ("屋企入面全係煙,好驚", (FIRE,)),
    ("我爸突然嘴歪说不了话", (MEDICAL,)),
    ("被人打了", (CRIME,)),
    ("煤气灶打不着火,厨房有煤气味", (GAS,)),
    ("打火的时候着火了", (FIRE,)),
    ("工资不发快活不下去了", (SELF_HARM,)),  # about money, and still nobody's to weigh: the line is shown
    ("树死了没人管,我也不想活了", (SELF_HARM,)),
    ("喝百草枯死了算了", (SELF_HARM,)),
    ("我被困在电梯里了", (RESCUE,)),
    ("电梯困人了,快来", (RESCUE,)),
    ("电梯停在七楼,里面有老人", (RESCUE,)),
    ("我卡在电梯里出不来", (RESCUE,)),
    ("電梯壞咗,我哋困喺𨋢入面", (RESCUE,)),
    ("电梯故障导致三个人被困", (RESCUE,)),
    ("电梯不会动了我被困里面", (RESCUE,)),
    ("电梯里有人困着,已经两小时还没救出来", (RESCUE,)),
    ("以前也坏过,现在我又被困电梯里了", (RESCUE,)),
    ("地下车库被淹,里面的人出不来", (RESCUE,)),
    ("洪水来了,我们被困在屋顶", (RESCUE,)),
    ("水已经淹到脖子了", (RESCUE,)),
    ("人和车被困在隧道的水里", (RESCUE,)),
    ("我妈被洪水冲走了", (RESCUE,)),
    ("小孩溺水了在水库", (RESCUE, MEDICAL)),
    ("有人落水", (RESCUE, MEDICAL)),
    ("老人掉进没盖的井里", (RESCUE,)),
    ("井盖没盖好,孩子掉下去了", (RESCUE,)),
    ("施工的师傅跌进基坑了", (RESCUE,)),
    ("山体滑坡埋了两个人", (RESCUE, MEDICAL)),
    ("工人被压在广告牌下面", (RESCUE,)),
    ("孩子的头卡在栏杆里", (RESCUE,)),
    ("小孩被锁在车里", (RESCUE,)),
    ("擦窗的工人悬在半空", (RESCUE,)),
    ("我们爬山在山上迷路了", (RESCUE,)),
    ("I am stuck in the lift", (RESCUE,)),
    ("电梯门打不开,我们出不去", (RESCUE,)),
    ("电梯突然停了,我和孩子困在里面", (RESCUE,)),
    ("水涨上来了,一楼老人出不来", (RESCUE,)),
    ("房子塌了,我妈还在里面", (RESCUE,)),
    ("扶梯夹住孩子的脚了", (RESCUE,)),
]

HARMLESS = [
    "煤气费太贵了",  # gas as a bill
    "燃气表坏了,读数不对",
    "小区什么时候做天然气改造",
    "申请天然气入户开户",
    "燃气公司态度差",
    "希望统一安装燃气泄漏报警器",
    "担心管道老化会燃气泄漏",
    "轮胎漏气没有地方补",
    "空调外机漏气没人修",
    "河涌有一股臭鸡蛋味",
    "火锅店油烟太大",  # 火 in other words
    "火锅店每天冒黑烟",
    "着火的价格,谁买得起",
    "大家一起火锅聚会太吵",
    "我急着火车站接人,路被堵了",
    "火车晚上鸣笛",
    "老板动不动就发起火来骂人",
    "小区火灾隐患多",
    "消防通道被占",
    "楼道堆满杂物,容易着火",
    "万一着火了谁负责",
    "希望社区组织火灾演练",
    "灭火器过期没人换",
    "昨天着火已灭,想问怎么赔",  # over, and said to be over
    "去年三栋起火之后线路一直没改",
    "报警器坏了",
    "烟感报警器坏了半年",
    "泥头车一路冒黑烟",
    "信息爆炸的年代,通知没人看",
    "电动车进楼会引起火灾",
    "厂房排放浓烟,天空都是灰的",
    "看到打人的新闻,很气愤",  # violence elsewhere, or in words only
    "停车费简直是抢劫",
    "这是道德绑架",
    "打人工台一直没人接",
    "超市抢购堵了路",
    "外来车抢车位",
    "装修公司偷工减料",
    "商家随意杀价",
    "狼人杀店半夜吵闹",
    "这笔补贴是我们的救命钱",
    "物业打死我也不认这笔账",
    "家里的猫走丢了",
    "小区里的树被砍了",
    "燃气公司入室安检没提前通知",
    "经常有人打架,希望加强巡逻",  # a standing nuisance
    "反家暴宣传什么时候开始",
    "车祸多发路段建议装红绿灯",
    "路口容易出车祸",
    "我差点被车撞到",
    "建议设减速带,防止车祸",
    "交通事故责任认定不公",
    "上个月出车祸的赔偿没到账",
    "车撞坏小区道闸杆没人修",
    "气死我了",  # 死 as "very"
    "热死了,空调还没修",
    "笑死,这也叫修好了",
    "想死你了,老家",
    "吵得要死",
    "累死人的手续",
    "贵死了",
    "急死我了",
    "跳楼价清仓喇叭太吵",
    "商场跳楼机噪音大",
    "年轻生活社区活动太少",
    "来自残联的补贴什么时候发",
    "工人在楼上吊装空调不围挡",
    "树上吊着电线",
    "小店快活不下去了",
    "花都要死了,绿化没人浇水",
    "老人各自尽责照顾",
    "希望学校开自杀预防讲座",
    "死机了,小程序打不开",
    "这里是死胡同,倒车难",
    "社区不想活动室被占",
    "前年有租客跳楼,房东没告诉我",
    "烧烤店烧炭油烟大",
    "父亲去年离开了这个世界,想办销户",
    "电脑中毒了,社保网站打不开",  # illness as a figure, a fear, a bill
    "水池边没有护栏,容易溺水",
    "裸露电线有触电危险",
    "臭得喘不过气",
    "电梯快不行了,该换了",
    "外墙落水管断了",
    "栏杆生锈,快要生了虫",
    "高空抛物,幸好没砸到人",
    "脑梗和中风后遗症能办残疾证吗",
    "路灯不亮",
    "物业费涨了三成",
    "孩子上学名额怎么申请",
    "热水器打不着火",
    "煤气灶打不着火",
    "汽车打不着火",
    "熱水爐打唔著火",
    "树死了没人管",
    "花坛里的花都死了没人浇水",
    "手机掉河里了",
    "滑坡压坏了人行道",
    "楼道里全是烟头",
    "楼下烧烤,屋里全是烟",
    "气得突然说不出话",
    "每天被人打了电话推销",
    "管线被埋在地下,图纸没有",
    "担心边坡塌方把人埋在下面",
    "老板看到账单直冒火",
    "共享单车倒在地上没人管",
    "猫从楼上跳下来踩坏车顶",
    "电梯老是坏",  # lifts, water, wells and holes without anybody in them
    "电梯坏了半个月,老人下不了楼",
    "电梯三天两头困人,物业不换",
    "电梯这个月已经困人三次",
    "上次我被困电梯半小时才放出来,要个说法",
    "希望装电梯困人报警装置",
    "担心电梯困人",
    "电梯里有人抽烟",
    "电梯里有人扔垃圾",
    "刷卡电梯经常失灵",
    "办电梯卡要收五十块",
    "井盖松动,车压过去咣咣响",
    "井盖没了,小孩掉下去怎么办",
    "井盖缺失,怕有人掉进井里",
    "去年有老人掉进井里,到现在没装护栏",
    "老人差点掉进下水道",
    "钥匙掉进下水道了",
    "下雨路面积水",
    "一下雨路面积水,出门要蹚水",
    "地下车库被淹",
    "地下车库被淹没人管,车出不来",
    "车库被淹,车被困在里面",
    "暴雨把垃圾桶冲走了",
    "河边没护栏,希望预防溺水",
    "希望学校做防溺水宣传",
    "落水口堵了",
    "边坡滑坡,路堵了",
    "电缆被埋得太浅",
    "被困在审批流程里",
    "工人工资被压住不发",
    "猫被困在空调外机上",
    "我把钥匙锁在家里了",
    "楼上的人把衣服挂在窗外滴水",
    "手续卡在街道",
    "车头卡在车位外面",
    "小区门口积水没过脚面",
    "电梯停运,里面有人修",
    "我家的车被水冲走了",
    "垃圾被埋在后山",
    "业主的车锁在车位上",
    "被困难户的名额怎么申请",
    "",
]

ROWS = DANGER + [(sentence, ()) for sentence in HARMLESS]


@pytest.mark.parametrize(("sentence", "expected"), ROWS)
def test_a_sentence_is_the_emergencies_it_means(sentence: str, expected: tuple[Emergency, ...]) -> None:
    assert find(sentence) == expected


def test_the_table_is_large_and_at_least_half_harmless() -> None:
    assert len({sentence for sentence, _ in ROWS}) == len(ROWS) >= 90
    assert len(HARMLESS) * 2 >= len(ROWS)


# The kind of danger is what counts here, not whether a second one is heard too ("割了手腕,好多血").
CRIES = {
    SELF_HARM: """
我撑不住了,想从天台跳下去
不如死了痛快
我已经没有勇气活了
活腻了
吃了一把安眠药了
我要跳江
我割了手腕,好多血
不想活在这个世界上了
活着太累了不想坚持了
我想一了百了
我死给他看
我只想一死
唔想再捱落去,想死咗佢
生活冇希望
孩子说她想去死
我妈要跳楼
儿子把自己锁在房间说要烧炭
我真的不想再活下去
我准备好绳子了,今天就上吊
生活太苦,想结束自己
我要去死
我感觉活着是多余的
没人在乎我,死了也没人知道
我想从桥上跳下去
我在天台,不想下来了
我女朋友要自杀,快来人
我爸喝农药了
我孩子割腕了流了很多血
我欠了债,只想死
唔想生存落去
真系想死
好想死啊
我想 去 死
我唔想再做人
不想在这个世上待了
我要自我了断
我不想活 了
我拿刀割自己
想轻生
我已经把遗嘱写好了,今晚就走
我觉得自己活不到明天了
好想从这里跳下去一了百了
我想自尽
我已经买好炭了准备烧炭
我吞了一整盒药
我不想再看到明天的太阳
我对不起爸妈,先走一步了
不想活喇
我累了,想永远睡过去
真想死了一了百了
我女儿发信息说要跳江
她留下遗书不见了
有人要跳楼,在八楼窗台
再逼我我就死在你们面前
我活够了
我快撑不下去了,想死
反正我也不想活了
我想不通,想从窗户跳出去
谁来救救我,我想自杀
我爬上塔吊了,不给钱就跳
要是今天不发工资我就死在工地
我不如死掉
我想结束这一切
没人管我就喝药
人生没意义,想走了
我活得没有尊严,生不如死
真系唔想做人啦
我想死咗算
搵条绳吊颈
佢话要跳楼
我今晚就割腕
我女儿吞了一瓶安眠药
同学说他要自殺
想 死
我要自殘
不想再活下去了
我真的很想去死
我准备今晚跳江
我要结束自己的生命
活着比死还难受
我想割腕
我已经喝了农药
我在楼顶,准备往下跳
你们再逼我,我就吊死在门口
我妈留了封遗书出门了
想带着孩子一起走
死了一了百了
我不配活着
世上没有我的容身之处,不想活
唔想生人
生无可恋,想解脱
我老公说要烧炭
我不想继续活着
有人想跳桥
朋友说她想自杀怎么办
我撑不住了
让我死吧
干脆死了好
要不是孩子我早就不想活了
我快要崩溃了,想寻死
    """,
    FIRE: """
厨房着了
房子烧了
楼上有火光和浓烟
电瓶车爆炸
配电箱冒火花
家里失火了快来
屋企着火
外面好大烟,好似火烛
家里冒烟了
电线起火
楼上着火有人被困
烧着了窗帘
山上着火
邻居家燃起大火
好大火啊
着大火了
窗外有人家着火
地下车库有浓烟
烧起来啦
油锅起火了
变压器爆炸了
电梯井冒烟
街市火烛
楼上着火啦快来
充电时电瓶着火
我家冒烟
车库起火
火灾!火灾!
楼顶有明火
餐馆厨房爆炸了
隔壁着了大火
    """,
    GAS: """
燃气味很大
煤气管被挖断了
挖机挖破燃气管
煤气味
一屋都系煤气味
煤气罐漏了
燃气泄漏报警了
燃气报警器一直响
煤气阀坏了一直漏
家里有煤气味头晕
闻到很浓的煤气
煤气灶漏气
邻居家煤气泄露
气站泄漏
烟味很大像煤气
天然气管道破了在喷气
煤气泄漏怎么办
燃氣洩漏
我闻到煤气味
管道燃气漏气
液化气罐漏气
煤气中毒
    """,
    CRIME: """
隔壁在杀人
有人要砍我
我被家暴了
爸爸喝醉打妈妈
有人闯进我家
有个人在楼道里摸我
楼下有人拿刀
我被人打了流血
被绑架了
孩子被人抱走了
有人持枪
小偷在我家
有人砸我家门
有人强闯我家
我被打了,他还在追我
我被关在出租屋里出不去
我老公拿菜刀
孩子被拐了
店里有人砸东西打人
我被人强奸了
有人被捅了
抢劫!
楼下斗殴见血了
他拿锤子砸我家门
有人偷东西被我看到了在屋里
我被前夫打了
我妹被拐卖了
有人非礼我
强盗
隔壁有人喊救命
有歹徒
有人拿棍子打人
我老公掐我脖子
我被人拿刀威胁
有人抢我手机
有人要杀我
孩子走丢了
街口有人斩人
    """,
    ACCIDENT: """
撞车了有人受伤
公交车撞人了
有人被撞倒在地
电动车撞了小孩
车撞到护栏翻了
有人被车撞死了
摩托车撞了老太太
货车冲进人行道
小车冲进人群
骑车的人被大货车碾了
出车祸了人卡在车里
桥上发生车祸
外卖员撞了老人跑了
有人被车撞飞
电动车相撞有人受伤
车祸
公交追尾很多人受伤
撞死人了
    """,
    MEDICAL: """
有人晕倒在地铁口
我爸没气了
老人摔倒起不来
我老婆要生了
小孩溺水
快不行了救救我
有人触电倒下了
电梯坠落有人受伤
小孩从楼上掉下来了
有人心脏骤停
我老伴突然倒地抽搐
奶奶喘不上气
中毒了,全家呕吐
有人落水了
我快晕了,胸口疼
我爷爷中风了
产妇大出血
有人倒在地上没反应
孩子高烧抽搐
误喝了洗洁精
吃蘑菇中毒了
胸闷喘不上气
工地有人从脚手架上摔下来
掉水里了救人
我妈晕倒了
老人突发心脏病
爷爷没呼吸了
有人触电
孩子溺水了
老公脑出血
胸口剧痛快不行
    """,
}
EVERYDAY = """
小区着装要求太离谱
火腿肠过期
物业发火骂人
煤气罐占用楼道
燃气费账单不清楚
液化气价格上涨
我想死磕到底
他想死皮赖脸拖着
吃了哑巴亏
要生活费
抢着装修
撞到电线杆的是我的车
自残疾证办理以来没拿到补贴
社工自尽力帮忙
孩子不想做作业
门口的树快死了
药房不卖安眠药
楼上打孩子骂人天天吵
夫妻打架声太大
救命通道被堵
希望安排心理讲座
生病住院报销
楼顶违建
楼顶漏水
站在阳台抽烟的邻居乱扔烟头
小区没活动场地
想去死海旅游要办护照
刀具店无证经营
小孩在楼下打水枪
地铁追尾事故去年的赔偿
烟花爆竹燃放太吵
有人在楼道烧纸
路边烧垃圾
餐馆烟囱冒烟
充电桩有爆炸风险
空调外机自燃隐患
老人走路不方便
报警以后派出所不立案
被打了派出所不管
要求赔偿撞坏的围墙
生意不行了
网络断了好几天
消防车进不来
消防栓没水
商铺门口的气球漏气
消防演习太吵
着急用火车票报销
房价让人想死心
小区死角垃圾没人扫
不想活动板房影响采光
去死板的窗口办事
跳广场舞
跳绳比赛
活动中心活得久的老人
物业没了断电的通知
燃气灶打不着
天然气什么时候通
气瓶年检
打算死等答复
楼上小孩跳来跳去
打孩子的声音
电视里杀人的剧情声音大
车子撞坏了没人赔
刹车声
生活没意思的宣传栏
快递被偷
电动车被偷
手机被偷了
工地扬尘呼吸不畅
小孩摔倒在坑里
路面坑洼老人摔倒过
救护车进不来小区
急救站太远
120 收费问题
110 出警慢
燃气中毒预防知识
消防栓漏水
水管漏了
漏水漏到楼下
漏电保护器跳闸
井盖不见了
路牌不见了
晒的衣服不见了
血压仪坏了
献血车占道
刀片划破轮胎
提刀工艺品店扰民
中风险小区
生育补贴
要生育登记证
烧水壶坏了
楼下烧烤摊
火化费用
火灾后的安置房
想去跳舞
楼顶违建阳台
被困扰很久
被卡在审批环节
物业没有活干
活动取消
这条路走不下去
小区电梯经常困人
公交站台太矮
老人机不能用小程序
医院停车难
肇事车辆逃逸案件进展
事故认定书
酒驾举报
飙车扰民
炸街摩托
油炸摊
炸鸡店排烟
爆竹声
打击报复举报人
被打压
砍价
刀削面店卫生差
杀虫剂味道
灭鼠药投放通知
打农药影响居民
安眠药难买
轻生态公园
火炬路堵车
火花塞店占道
生火做饭
上火了
液化气配送慢
煤气瓶放在走廊
燃气安检什么时候来
天然气停气通知
漏水严重
漏电
车位被抢
抢了我的车位
晕车
水池太脏
发烧门诊在哪
残疾证
殡仪馆收费
墓地价格
死猪扔河里
死老鼠味
树死了没换
死不承认
我想问死亡证明怎么开
死因鉴定
想去跳蚤市场
一想到停车就头疼
救命钱被扣
快被烦死了
吓死宝宝了
困死了
想吃火锅
烟火气夜市吵
火把节活动
灯火通明扰民
小区着手改造
着重解决停车
起火箭一样的涨价
爆米花摊位
炸弹鱼排店油烟
燃气热水器安装
煤气充值
油价
天然气账单
抢红包
抢座
家里有老人行动不便
爬楼困难
跳绳噪音
砸墙装修
撞击声
车停在救护车通道
打麻将扰民
打牌
刀具管制咨询
枪声一样的鞭炮
绑定手机号失败
被绑定错误
失踪的快递
偷电
偷倒垃圾
毒狗的人没抓到
药店不刷医保
吃药报销
出血热疫苗在哪打
中风险地区
昏暗的路灯
晕车的公交
心脏病报销比例
急救培训报名
防火门坏了
消防车道划线
交通事故快处中心地址
事故多发路口
追尾险理赔
想去跳槽
一下雨就跳闸
孩子要跳级
排队排到死
死活不开门
死板的规定
吃药打针都贵
要喝药的老人没人照顾
店铺经营不下去
合同没了结
结束营业
结束施工时间
一起走访
活动结束了
永远停车难
离开深圳后社保怎么转
站在阳台看到垃圾
桥上不能停车
楼顶天台被锁
这条命令不合理
没有活动场所
怎么活用公积金
不想买车位
不想交物业费
想解决停车问题
"""


def sentences(block: str) -> list[str]:
    return [line for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("sentence", "emergency"),
    [(sentence, emergency) for emergency, block in CRIES.items() for sentence in sentences(block)],
)
def test_a_cry_is_heard(sentence: str, emergency: Emergency) -> None:
    assert emergency in find(sentence)


@pytest.mark.parametrize("sentence", sentences(EVERYDAY))
def test_everyday_trouble_is_no_emergency(sentence: str) -> None:
    assert find(sentence) == ()


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


@given(
    row=st.sampled_from([row for row in DANGER if row[0].isascii() is False]),
    gaps=st.lists(st.sampled_from(["", "", " ", " ", "\u200b", "-", "·", "\n"]), min_size=40, max_size=40),
    wide=st.booleans(),
)
def test_gaps_between_characters_lose_no_emergency(
    row: tuple[str, tuple[Emergency, ...]], gaps: list[str], wide: bool
) -> None:
    sentence, expected = row
    typed = "".join(sign + gap for sign, gap in zip(full_width(sentence) if wide else sentence, gaps, strict=False))
    assert find(typed) == expected


@given(rows=st.lists(st.sampled_from(ROWS), min_size=1, max_size=4))
def test_what_else_is_said_hides_no_emergency(rows: list[tuple[str, tuple[Emergency, ...]]]) -> None:
    said = {emergency for _, expected in rows for emergency in expected}
    found = find("。".join(sentence for sentence, _ in rows))
    assert found == tuple(emergency for emergency in Emergency if emergency in said)


SENTENCES = st.sampled_from([sentence for sentence, _ in ROWS])
CUT = st.tuples(SENTENCES, st.integers(0, 30), SENTENCES, st.integers(0, 30))


@given(cut=CUT)
def test_the_quick_no_misses_nothing_that_the_rules_would_find(cut: tuple[str, int, str, int]) -> None:
    one, start, other, end = cut
    said = emergencies._normalised(one[start:] + other[:end])
    for emergency, rule in RULES.items():
        found = rule.means.search(rule.unlike.sub("。", said)) is not None
        assert rule.found(said) is found, emergency


@pytest.mark.parametrize(
    ("pattern", "quick"),
    [
        ("着火(?!了)|起火", "着火|起火"),
        ("(?<!不)(?:要|想)跳(?!(?:舞|绳)(?:了|吧))楼", "(?:要|想)跳楼"),
        ("冒烟[^。,]{0,3}窗(?![(上])", "冒烟[^。,]{0,3}窗"),
        (r"\(着火\)(?=呀)", r"\(着火\)"),
        ("着火。", None),  # what is taken out becomes a sentence end, and might be matched
        ("[。,]救命", None),
        ("着.火", None),
        ("着[^火]{2}火", None),
        (r"着\S火", None),
    ],
)
def test_a_quick_no_leaves_out_what_looks_around(pattern: str, quick: str | None) -> None:
    made = emergencies._may(pattern)
    assert (made.pattern if made else None) == quick


@pytest.mark.parametrize(
    ("emergency", "numbers"),
    [
        (FIRE, ("119",)),
        (GAS, ("119",)),
        (RESCUE, ("119",)),
        (CRIME, ("110",)),
        (SELF_HARM, ("110", "120", "12356")),
        (MEDICAL, ("120",)),
        (ACCIDENT, ("122", "120")),
    ],
)
def test_each_emergency_has_the_numbers_to_call(emergency: Emergency, numbers: tuple[str, ...]) -> None:
    assert NUMBERS[emergency] == numbers


def test_every_emergency_has_rules_and_numbers() -> None:
    assert set(NUMBERS) == set(RULES) == set(Emergency)
