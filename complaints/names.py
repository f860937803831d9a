"""Names someone could be found by: those handed in, and those whose bearer says them.

After words that can only open a name (我叫, 我的名字是, 姓名:) two to four signs before a stop are one, whatever the
surname, unless they are plain words that follow there too (我叫物业来). After 我是 and 本人, where nearly anything
follows, it takes a surname of the lists.

Limits: names of others are not found, nor is a name that runs on without a stop. What opens like a plain word (a
surname of no list before a sign such as 来) is left. A surname alone, also with a title, is no name to hide.
"""

import re
from collections.abc import Iterator

from complaints.spans import Kind, Span, fold, hidden

COMPOUND_SURNAME = re.compile(
    "欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|司徒|东方|東方|皇甫|尉迟|公孙|公孫|慕容|令狐|夏侯|轩辕|长孙|宇文|端木|南宫|独孤|"
    "呼延|闻人|申屠|澹台|淳于|单于|钟离|濮阳|完颜|西门|赫连"
)
TITLE = re.compile("(?:先生|女士|小姐|太太|阿姨|叔叔|大爷|大妈|大姐|大哥|师傅|老师|同志|经理)$")
SURNAME = (  # the last two lines: rare, and hardly the beginning of another word
    "王李张劉刘陈陳杨楊黄黃赵趙吴吳周徐孙孫朱胡郭林罗羅郑鄭梁谢謝宋唐韩韓邓鄧冯馮曹彭肖萧蕭田董袁潘蒋蔣蔡杜程苏蘇"
    "魏吕呂丁沈姚卢盧姜崔钟鍾谭譚陆陸汪范廖贾賈韦韋邹鄒孟熊秦邱尹薛闫阎雷侯陶黎贺賀顾顧郝龚龔邵嚴覃湯詹欧駱骆卓赖賴涂翁柯庄莊"
    "冼邝鄺佘阮甄缪繆揭蔺藺阚闞邬鄔郗郜郦酈裘褚祁隋晁晏殷邢俞倪裴庞龐葛蒲冉敖聂聶莘荀芦褟麦丘岑卞仝佟刁匡卜厉宓寇嵇巩戚戎樊"
    "栾欒滕牟狄瞿窦竇糜谌諶逯郁闵閔靳鞠饶饒鲁魯鲍鮑眭睢翟臧"
)
DOUBTFUL = "马馬何高许許曾于余叶葉任石夏付方白江段龙龍史毛万萬钱錢严武戴莫孔向汤温区關关易植"  # also begin plain words
NO_NAME = re.compile(  # begins like a name after "I am" or "I called", and is none
    "(?:周边|周围|附近|高龄|高楼|高层|高中|高三|高一|高二|高校|高级|黄牌|白天|白领|白班|石厦|江苏|江西|万科|万象|"
    "龙岗|龙华|罗湖|黄贝|方便|方才|向来|向你|向您|向政|马上|马路|何时|何必|任何|任课|任职|严重|严肃|关心|关注|关于|"
    "易地|温州|田贝|林业|程序|段长|毛遂|武汉|武警|史上|区里|区外|区内|区属|于心|于是|余额|叶子|付款|付钱|付费|付过|付了|"
    "夏天|雷锋|汤臣|钱没|万般|曾经|曾在|许多|陆续|单亲|莫名|莫非|向物|顾客|顾虑|顾家|庄家|"
    "谢谢|周末|周[一二三四五六日岁]|孙子|孙女|陈述|陈情|张贴|郑重|钟点|顾不|田地|董事|麦当|麦德|厉害|鲁莽|罗列|胡乱|刁[民难])"
)
CALLED = re.compile(  # whom or what one calls, none of it a surname
    "(?:物业|保[安洁姆]|师[傅父]|警|邻居|隔|楼[上下里管长]|房[东管]|丈夫|妻子|孩子|儿|女儿|医|护士|社区|居委|街道|村委|"
    "救|急救|抢|消防|快递|滴滴|网[约格]|出租|的士|代[驾理]|货|拖车|吊车|搬家|开[锁发]|锁|工[人程]|装修|维修|施工|检修|客服|"
    "店|服务|电[梯工]|管[理家道]|值班|门|朋友|同[事学]|亲|父母|爸|妈|爷|奶|哥|姐|弟|妹|叔|姨|舅|学[校生]|校|业[主委]|住[户建]|"
    "租|中介|司机|商[家户]|水[工电管]|派出|民警|交警|城管|领导|主[任管]|书记|单[位车]|政府|部门|人[员家工帮]|家[人里属长]|"
    "苦|停|喊|醒|冤|屈|号|嚣|天天|几|两|三次|半天|多[少次]|什么|啥|律师|记者|法院|银行|供[电水]|燃气|环卫|清洁|别人|其他|另|"
    "那|这|自己|救命|投诉|反映|[一十百有该各本老小大上下外内里前后对台辆份]|平台|美团|京东|顺丰|骑手|群|全家|专业|相关|当地|现场|项目)"
)
WITHHELD = re.compile(
    "匿名|保密|真实|隐|见|略|某|登记|错|写|对|一样|相同|公开|假|电话|手机|地址|身份|联系|如上|同上|暂|每|一|个人|公民|重要|必|否|谁|什么|真|由|需|应"
)
PLAIN = re.compile(
    "[的叫了过着得不没未无他她它你您我们谁来去修帮请给让把被很太都也就还又再吗呢吧啊]|[局所站部队员工人店会办车院校楼处司]$"
)
HAN = "[\u4e00-\u9fff]"
AFTER = "$|[^\\w*]|[0-9]|电话|手机|联系|住"
OF_LISTS = f"(?P<name>(?:{COMPOUND_SURNAME.pattern}|[{SURNAME}{DOUBTFUL}]){HAN}{{1,2}})(?={AFTER})"
NOT_DOUBTFUL = f"(?P<name>(?:{COMPOUND_SURNAME.pattern}|[{SURNAME}]){HAN}{{1,2}})(?={AFTER}|身份证)"
ANY = f"(?P<name>{HAN}{{2,4}}?)(?={AFTER}|的|是(?=\\w)|今年|家住|来自|身份证|微信)"
SAYS = "(?:我|本人)(?:叫做|叫作|名叫|姓名是?|就?叫|的?(?:名字|姓名|全名)(?:就?叫|是))[:,\\s]?"
FORMS = (  # how it opens with what may be the name, and what is none there
    (re.compile(SAYS + OF_LISTS), NO_NAME),
    (re.compile("(?:我|本人)是[:\\s]?" + OF_LISTS), NO_NAME),
    (re.compile("(?:本人|姓名)[:\\s]?" + NOT_DOUBTFUL), NO_NAME),
    (re.compile(SAYS + ANY), CALLED),
    (re.compile("(?:我|本人)姓(?![名氏])" + ANY), CALLED),
    (re.compile("姓名(?:是|为|叫|:)[:\\s]?" + ANY), WITHHELD),
)
GIVEN = re.compile(
    f"(?:我|本人)姓(?:{COMPOUND_SURNAME.pattern}|{HAN})[,、\\s]?(?:单?名|叫)[:\\s]?(?P<name>{HAN}{{1,2}})(?={AFTER})"
)


def introduced(folded: str) -> Iterator[Span]:
    """A name whose bearer says it."""
    for match in GIVEN.finditer(folded):
        folded = hidden(folded, *match.span())
        yield Span(*match.span("name"), Kind.GIVEN)
    for shape, none in FORMS:
        for match in shape.finditer(folded):
            if _is_name(match["name"], none):
                folded = hidden(folded, *match.span("name"))
                yield Span(*match.span("name"), Kind.NAME)


def _is_name(said: str, none: re.Pattern[str]) -> bool:
    """none: what it is not when it begins so. A surname alone or with a title, and 陈某, are no names to hide."""
    if none.match(said) or TITLE.search(said) or COMPOUND_SURNAME.fullmatch(said) or "某" in said:
        return False
    return none is NO_NAME or not PLAIN.search(said)


def bare(name: str) -> str:
    """王小明先生 is 王小明; 王先生 is 王, which is no name to hide."""
    return TITLE.sub("", re.sub("[\\s·]", "", fold(name)))


def named(folded: str, name: str) -> Iterator[Span]:
    """Blanks and middle dots may stand between the signs; a masked name (王**) that came back is no name."""
    if len(name) < 2 or "*" in name or "\0" in name:
        return
    edge = ("(?<![A-Z])", "(?![A-Z])") if name.isascii() else ("", "")
    for match in re.finditer(edge[0] + "[\\s·]*".join(map(re.escape, name)) + edge[1], folded, re.I):
        yield Span(match.start(), match.end(), Kind.NAME)
