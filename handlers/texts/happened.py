"""What is said when a chat was closed to us, let us in, or when we were away."""


def to_call(number: str, *, anonymous: bool) -> str:
    """To the unit that leads. anonymous: there is nobody to call."""
    lost = f"{number} 的消息送不到居民那里（对方停用或屏蔽了机器人）"
    if anonymous:
        return f"{lost}，也没有留联系方式。对方再来说话时，进度会接着发。"
    return f"{lost}。请按登记的联系方式打电话告知进度，打完可以记一笔：\n/note {number} 内容"


def let_in() -> str:
    return "大家好，我是诉求办理机器人。请单位管理员发：/bind 绑定码\n绑定以后，本单位的诉求卡片会发到这个群里。"


def back_again() -> str:
    return "我回来了。这个群还是原来的单位，没办完的诉求卡片会重新显示。"


def no_right_to_topics() -> str:
    return (
        "机器人在这个群开不了话题，诉求卡片先发在这里。要一件诉求一个话题，请群主在「管理员」里选机器人，"
        "打开「管理话题」权限；打开以后，下一件就有自己的话题。"
    )


def away(*, messages_too: bool) -> str:
    """messages_too: so long that even texts may be lost, not only presses."""
    if messages_too:
        return "服务中断了很久，这期间您发的话、按的按钮可能没有收到。收到的都还在，没有回应的那句请再说一次。"
    return "服务刚才中断了几分钟。您说的话都收到了；如果按过按钮没有反应，请再按一次，或者直接打字说。"
