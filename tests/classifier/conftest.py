"""A small invented dataset of three matters and small talk, and a model of it, made once."""

import pytest

from classifier.dataset import Example
from classifier.predict import Model, load
from classifier.train import TrainedModel, train

OPENINGS = ("你好，", "想反映一下：", "连着好几天了，", "我住三栋，", "请问有人管吗，", "麻烦看看，", "真的受不了，")
ENDINGS = ("希望尽快处理。", "一直没人回应", "大家意见很大！", "拍了照片可以发", "怎么办呢？")
MATTERS = {
    "环境保护": (
        "楼下烧烤店半夜排油烟",
        "工地凌晨还在打桩噪声很大",
        "河涌发黑发臭有死鱼",
        "工厂夜里偷偷排废气",
        "垃圾堆在路边臭气熏天",
        "渣土车扬尘漫天",
        "广场舞音响噪声扰民",
        "餐馆污水倒进雨水口",
    ),
    "劳动和社会保障": (
        "老板拖欠工资三个月",
        "公司不给交社保",
        "被辞退不给经济补偿",
        "加班费从来不发工资条也没有",
        "工伤认定公司不配合",
        "劳动合同到期不续签也不赔",
        "退休养老金少算了年限",
        "失业金申请一直审核",
    ),
    "交通运输": (
        "公交车等了四十分钟不来",
        "出租车拒载还绕路",
        "地铁站出口没有公交接驳",
        "网约车司机乱收费",
        "公交站牌线路写错",
        "早高峰巴士太挤上不去",
        "长途客运站退票难",
        "货车超载压坏路面",
    ),
    "其他": (
        "今天天气真不错",
        "机器人会不会唱歌",
        "帮我订一张电影票",
        "你叫什么名字",
        "中午吃什么好呢",
        "随便聊聊天",
        "祝你们新年快乐",
        "我只是试一下这个功能",
    ),
}


def invented(each: int = 35) -> list[Example]:
    """Up to 35 texts a label; no two of a label share more than one of their three parts."""
    return [
        Example(OPENINGS[turn % 7] + matters[turn % 8] + "，" + ENDINGS[turn % 5], label)
        for label, matters in MATTERS.items()
        for turn in range(each)
    ]


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    return invented()


@pytest.fixture(scope="session")
def trained(examples: list[Example]) -> TrainedModel:
    return train(examples)


@pytest.fixture(scope="session")
def model(trained: TrainedModel) -> Model:
    return load(trained.data)
