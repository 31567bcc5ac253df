#!/usr/bin/env python3
"""Makes a labelled table of Chinese companies, as five departments of a city would list them. Standard library alone.

    companies.py --records 100000 --noise 2 --drop-uscc .6 --seed 20261122 --out DIR

writes DIR/companies.csv (the records) and DIR/truth.csv (source,record_id,entity); the same seed gives the same files.
Deliberately hard: owners with several companies, chains and their branches, shared office buildings, agents' telephones.
It shares no code, word list or rate with `minglu generate`."""
import argparse
import csv
import os
import random
import string

NOISE, DROP = 1.0, 0.0
SIZES, SIZE_P = (1, 2, 3, 4), (0.56, 0.27, 0.12, 0.05)      # mean 1.66 records an entity

# ------------------------------------------------------------------ Chinese companies
SUR = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙陶黎贺顾毛郝龚邵万覃武钱戴严莫孔向常汤康易乔赖文"
SURW = [1 / (i + 6) for i in range(len(SUR))]
GIV = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红建国文辉力健永志世广宁海山仁波贵福生龙元全胜学祥才发武新利清飞彬富顺信子成康光达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆民友裕河哲江浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘嘉欣怡梦婷雪琳晶妍茜秋珊莎锦黛青倩瑞凝晓欢枫芸菲寒伊亚宜可姬舒影荔枝丽阳佳爱妹"
BR = "华中天大金鑫盛宏兴泰恒信诚德昌隆瑞祥和顺达通利丰源润泽海洋东方明光辉耀星辰宇博雅文创智慧云数科联众合同共赢汇聚嘉美佳康健安宁福禄寿喜龙凤麒麟鹏程万里长江河山川岳峰林森木水火土新锐捷速优品尚尊贵皇冠帝豪运来旺财富裕满堂春夏秋冬晨曦晓阳月亮晶莹洁净蓝天白绿青红橙紫玉石珠宝翠微风雷电雨露霜雪冰川"
IND = ["科技","信息技术","网络科技","贸易","商贸","实业","建筑工程","装饰工程","物业管理","餐饮管理","文化传媒","广告","咨询","企业管理咨询","教育科技","医疗器械","生物科技","新能源","物流","供应链管理","机械设备","电子","电子科技","汽车服务","服装","食品","农业发展","房地产开发","投资管理","人力资源","环保科技","劳务","印刷","家具","建材","化工","五金","健康管理","旅游","软件"]
SUF = [("有限公司",60),("有限责任公司",18),("股份有限公司",4),("个体工商户",3),("合伙企业(有限合伙)",3),("经营部",4),("商行",3),("中心",3),("厂",2)]
PROV = [("北京市","北京市",["东城区","西城区","朝阳区","海淀区","丰台区","石景山区","通州区","顺义区","昌平区","大兴区"],"11"),
 ("上海市","上海市",["黄浦区","徐汇区","长宁区","静安区","普陀区","虹口区","杨浦区","闵行区","宝山区","浦东新区"],"31"),
 ("广东省","深圳市",["福田区","罗湖区","南山区","宝安区","龙岗区","盐田区","龙华区","坪山区","光明区"],"44"),
 ("广东省","广州市",["天河区","越秀区","海珠区","荔湾区","白云区","黄埔区","番禺区","花都区"],"44"),
 ("浙江省","杭州市",["上城区","拱墅区","西湖区","滨江区","萧山区","余杭区","临平区","钱塘区"],"33"),
 ("江苏省","南京市",["玄武区","秦淮区","建邺区","鼓楼区","浦口区","栖霞区","雨花台区","江宁区"],"32"),
 ("江苏省","苏州市",["姑苏区","虎丘区","吴中区","相城区","吴江区"],"32"),
 ("四川省","成都市",["锦江区","青羊区","金牛区","武侯区","成华区","龙泉驿区","双流区"],"51"),
 ("湖北省","武汉市",["江岸区","江汉区","硚口区","汉阳区","武昌区","洪山区","东西湖区"],"42"),
 ("陕西省","西安市",["新城区","碑林区","莲湖区","雁塔区","未央区","长安区"],"61"),
 ("山东省","青岛市",["市南区","市北区","李沧区","崂山区","城阳区","黄岛区"],"37"),
 ("湖南省","长沙市",["芙蓉区","天心区","岳麓区","开福区","雨花区","望城区"],"43")]
ROADC = "中山解放人民建设和平胜利光明长江黄河文化科技创业振兴东风朝阳新华青年友谊迎宾学府滨河环城南北东西"
UC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
UW = [1,3,9,27,19,26,16,17,20,29,25,13,8,24,10,30,28]
DEPT = ["market", "tax", "social", "housing", "stats"]
USCC_MISS = {"market": .02, "tax": .05, "social": .30, "housing": .65, "stats": .15}

def uscc(r, code):
    body = "".join(r.choices(UC, k=8))                          # GB 11714: letters count from A=10 there, unlike in GB 32100
    o = 11 - sum(int(a, 36) * w for a, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    s = r.choice("9991") + r.choice("123") + code + "".join(r.choices("0123456789", k=4)) + body + {10: "X", 11: "0"}.get(o, str(o))
    c = (31 - sum(UC.index(a) * w for a, w in zip(s, UW)) % 31) % 31
    return s + UC[c]

def zh_typo(r, s):
    if len(s) < 2: return s
    i = r.randrange(len(s)); k = r.random()
    if k < .45: return s[:i] + r.choice(BR) + s[i + 1:]
    if k < .70: return s[:i] + s[i + 1:]
    if k < .88 and i + 1 < len(s): return s[:i] + s[i + 1] + s[i] + s[i + 2:]
    return s[:i] + s[i] + s[i:]

def dig_typo(r, s):
    i = r.randrange(len(s)); k = r.random()
    if k < .6: return s[:i] + r.choice(string.digits) + s[i + 1:]
    if k < .8 and i + 1 < len(s): return s[:i] + s[i + 1] + s[i] + s[i + 2:]
    return s[:i] + s[i + 1:]

def zh_person(r): return r.choices(SUR, SURW)[0] + "".join(r.choices(GIV, k=1 if r.random() < .18 else 2))

def company_entities(r, n):
    sufs, sufw = zip(*SUF)
    provw = [1 / (i + 2) for i in range(len(PROV))]
    indw = [1 / (i + 4) for i in range(len(IND))]
    roads = ["".join(r.choices(ROADC, k=2)) + r.choice(["路", "路", "街", "大道", "巷"]) for _ in range(900)]
    build = []                                                            # shared office buildings
    for _ in range(max(8, n // 150)):
        p = r.choices(range(len(PROV)), provw)[0]
        build.append((p, r.choice(PROV[p][2]), r.choice(roads), r.randint(1, 999)))
    agents = ["1" + r.choice("35789") + "".join(r.choices(string.digits, k=9)) for _ in range(max(4, n // 400))]
    owners, chains = [], []
    for e in range(n):
        k = r.random()
        if k < .30: p, dist, road, no = r.choice(build)
        else:
            p = r.choices(range(len(PROV)), provw)[0]
            dist, road, no = r.choice(PROV[p][2]), r.choice(roads), r.randint(1, 999)
        prov, city, _, code = PROV[p]
        addr = (prov, city, dist, road, no, r.randint(1, 30) if r.random() < .6 else 0, r.randint(101, 2899))
        k = r.random()
        if k < .05 and chains: brand, ind = r.choice(chains)                # chain brand, another place
        else:
            brand, ind = "".join(r.choices(BR, k=r.choices((2, 3, 4), (.55, .35, .10))[0])), r.choices(IND, indw)[0]
            if r.random() < .02: chains.append((brand, ind))
        if r.random() < .12 and owners: legal = r.choice(owners[-2000:])    # an owner with several companies
        else: legal = zh_person(r)
        owners.append(legal)
        phone = r.choice(agents) if r.random() < .12 else "1" + r.choice("35789") + "".join(r.choices(string.digits, k=9))
        suf = r.choices(sufs, sufw)[0]
        branch = r.choice(["", "", "", "", "", "", "", "", "", "", "", "", "", "", dist[:2] + "分公司"]) if suf.endswith("公司") else ""
        yield dict(uscc=uscc(r, code), city=city, brand=brand, ind=ind, suf=suf, branch=branch, legal=legal,
                   phone=phone, addr=addr, dist=dist,
                   reg="%d-%02d-%02d" % (min(2025, 2025 - int(r.expovariate(.12))), r.randint(1, 12), r.randint(1, 28)))

def company_record(r, e, first, src):
    d = NOISE * (1.0 if not first else .35)                              # the first record is cleaner
    suf, c = e["suf"], e["city"][:-1]
    style = 0 if r.random() > .45 * d else r.choice((1, 2, 3, 4))
    if style == 0:   name = c + e["brand"] + e["ind"] + suf + e["branch"]
    elif style == 1: name = e["brand"] + "(" + c + ")" + e["ind"] + suf + e["branch"]
    elif style == 2: name = c + e["brand"] + e["ind"] + {"有限公司": "有限责任公司", "有限责任公司": "有限公司", "股份有限公司": "股份公司"}.get(suf, suf) + e["branch"]
    elif style == 3: name = e["brand"] + e["ind"] + suf + e["branch"]
    else:            name = c + e["brand"] + e["ind"] + e["branch"]
    if r.random() < .14 * d: name = zh_typo(r, name)
    if r.random() < .05 * d: name = name.replace("(", "（").replace(")", "）")
    prov, city, dist, road, no, bl, room = e["addr"]
    if r.random() < .06 * d: no, bl, room = r.randint(1, 999), 0, r.randint(101, 2899)     # moved within the road
    a = "" if r.random() < .35 * d else (prov if prov != city else "")
    a += "" if r.random() < .12 * d else city
    a += "" if r.random() < .08 * d else dist
    a += road + str(no) + ("号" if r.random() > .1 * d else "")
    if bl: a += str(bl) + r.choice(("号楼", "栋", "幢") if r.random() < .5 * d else ("号楼",))
    if r.random() > .25 * d: a += str(room) + ("室" if r.random() > .2 * d else "")
    if r.random() < .10 * d: a = zh_typo(r, a)
    u = None if r.random() < USCC_MISS[src] else e["uscc"]
    if u and DROP and r.random() < DROP: u = None
    if u and r.random() < .02 * d:
        i = r.randrange(18); u = u[:i] + r.choice(UC) + u[i + 1:]
    lp = None if r.random() < .10 else (zh_person(r) if r.random() < .03 * d else e["legal"])
    if lp and r.random() < .03 * d: lp = zh_typo(r, lp)
    ph = None if r.random() < .28 else ("1" + r.choice("35789") + "".join(r.choices(string.digits, k=9)) if r.random() < .15 * d else e["phone"])
    if ph and r.random() < .02 * d: ph = dig_typo(r, ph)
    rd = None if r.random() < .20 else (dig_typo(r, e["reg"]) if r.random() < .03 * d else e["reg"])
    return dict(source=src, uscc=u, name=name, legal_person=lp, phone=ph, address=None if r.random() < .05 else a,
                district=None if r.random() < .10 else city + dist, industry=None if r.random() < .2 else e["ind"], reg_date=rd)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--records", type=int, default=100_000)
    ap.add_argument("--entities", type=int, default=600_000, help="of the city; sets how many buildings and agents it has")
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--noise", type=float, default=1.0, help="multiplies every rate of errors; 2 is hard")
    ap.add_argument("--drop-uscc", type=float, default=0.0, help="further share of codes left out")
    ap.add_argument("--out", required=True, help="directory")
    a = ap.parse_args()
    global NOISE, DROP
    NOISE, DROP = a.noise, a.drop_uscc
    r = random.Random(a.seed)
    rows = []
    for n, e in enumerate(company_entities(r, a.entities)):
        k = r.choices(SIZES, SIZE_P)[0]
        for j, source in enumerate(r.sample(DEPT, k)):
            rows.append(("E%07d" % n, company_record(r, e, j == 0, source)))
        if len(rows) >= a.records:
            break
    rows = rows[:a.records]
    r.shuffle(rows)
    os.makedirs(a.out, exist_ok=True)
    with open(os.path.join(a.out, "companies.csv"), "w", newline="", encoding="utf-8") as table, \
         open(os.path.join(a.out, "truth.csv"), "w", newline="", encoding="utf-8") as truth:
        table, truth = csv.writer(table), csv.writer(truth)
        table.writerow(["unique_id", *rows[0][1]])
        truth.writerow(["source", "record_id", "entity"])
        for i, (entity, record) in enumerate(rows):
            table.writerow([i, *("" if value is None else value for value in record.values())])
            truth.writerow([record["source"], i, entity])


main()
