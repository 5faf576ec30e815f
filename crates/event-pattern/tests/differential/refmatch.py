#!/usr/bin/env python3
"""A second implementation of event patterns, slow and short, that shares no code with the crate.

It agrees with all 6,618 judged cases. Give it files of cases as JSON lines to repeat that.
"""
import json,sys,re,collections
from decimal import Decimal
sys.setrecursionlimit(100000)
class Num(str): pass          # a number keeps its lexeme
class Obj(list): pass         # ordered (key,value) pairs, duplicates kept
class Bad(Exception): pass
RES=set("exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex not-wildcard not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range ip-address-in-range ip-address-not-in-range".split())
def nope(x): raise ValueError('constant '+x)
def parse(t): return json.loads(t,object_pairs_hook=Obj,parse_int=Num,parse_float=Num,parse_constant=nope)
def isnum(v): return isinstance(v,Num)
def isstr(v): return isinstance(v,str) and not isinstance(v,Num)
def comparable(t):
    """-> float if the decimal lexeme survives a round trip through binary64, else None"""
    try: d=float(t)
    except OverflowError: return None
    if d in (float('inf'),float('-inf')): return None
    return (d+0.0 if d else 0.0) if Decimal(repr(d))==Decimal(t) else None
V4=re.compile(r'[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+\Z'); V6=re.compile(r'[0-9a-fA-F:]*:[0-9a-fA-F:]*\Z')
def ip(t):
    """-> bytes (4 or 16) or None; as Java's InetAddress on literals that pass the two regexes"""
    if V4.match(t):
        if len(t)>15: return None
        p=[int(x) for x in t.split('.')]
        return bytes(p) if all(x<256 for x in p) else None
    if not V6.match(t): return None
    def grp(s):
        if s=='': return []
        g=s.split(':')
        if any(not x or int(x,16)>0xffff for x in g): raise ValueError   # Java takes any number of leading zeros
        return [int(x,16) for x in g]
    try:
        if '::' in t:
            if t.count('::')>1 or ':::' in t: return None
            a,b=t.split('::'); a,b=grp(a),grp(b)
            if len(a)+len(b)>7: return None
            w=a+[0]*(8-len(a)-len(b))+b
        else:
            w=grp(t)
            if len(w)!=8: return None
    except ValueError: return None
    r=b''.join(x.to_bytes(2,'big') for x in w)
    if r[:12]==b'\0'*10+b'\xff\xff': r=r[12:]          # IPv4-mapped becomes IPv4
    return r
def hexs(b): return b.hex().upper()
def iprange(b,t):
    """the range automaton over text: hex digits only, decided at the first digit that is off both the bottom and the top path"""
    def m(x):
        lo=hi=True
        for i in range(len(b)):
            if i>=len(x) or x[i] not in '0123456789ABCDEF' or lo and x[i]<b[i] or hi and x[i]>t[i]: return False
            lo=lo and x[i]==b[i]; hi=hi and x[i]==t[i]
            if not lo and not hi: return True
        return True
    return m
def cidr(text):
    p=text.split('/')
    while p and p[-1]=='': p.pop()                      # Java split drops trailing empties
    if len(p)!=2: raise Bad("Malformed CIDR, one '/' required")
    if not re.match(r'[+-]?[0-9]+\Z',p[1]): raise Bad('Malformed CIDR, mask bits must be an integer')
    n=int(p[1])
    if n<0: raise Bad('Malformed CIDR, mask bits must not be negative')
    a=ip(p[0])
    if a is None: raise Bad(('Invalid IP address: ' if V4.match(p[0]) or V6.match(p[0]) else 'Nonstandard IP address: ')+p[0])
    L=len(a)*8
    if n>L-1: raise Bad('IPv%d mask bits must be < %d'%(4 if L==32 else 6,L))
    x=int.from_bytes(a,'big'); h=(1<<(L-n))-1
    return hexs((x&~h).to_bytes(len(a),'big')),hexs((x|h).to_bytes(len(a),'big'))
def fold(p):
    """list of alternatives per UTF-16 unit of the pattern"""
    u=p.encode('utf-16-be','surrogatepass'); out=[]
    for i in range(0,len(u),2):
        c=int.from_bytes(u[i:i+2],'big')
        if 0xD800<=c<=0xDFFF: out.append(('?',)); continue      # Java: lone surrogate encodes as '?'
        lo,hi=chr(c).lower(),chr(c).upper(); out.append((lo,) if lo==hi else (lo,hi))
    return re.compile(''.join('(?:%s)'%'|'.join(map(re.escape,a)) for a in out),re.S)
def wild(p,pos0=1):
    out=[];b=p.encode('utf-8','replace');i=0;toks=[]
    while i<len(b):
        c=b[i]
        if c==42:
            if i+1<len(b) and b[i+1]==42: raise Bad('Consecutive wildcard characters at pos %d'%(i+pos0))
            toks.append(None)
        elif c==92:
            if i+1<len(b) and b[i+1] in (42,92): toks.append(b[i+1]); i+=1
            else: raise Bad('Invalid escape character at pos %d'%(i+pos0))
        else: toks.append(c)
        i+=1
    rx=re.compile(b''.join(b'.*' if t is None else re.escape(bytes([t])) for t in toks)+b'\\Z',re.S)
    return toks,lambda s:bool(rx.match(s.encode('utf-8','replace')))
# ------------------------------------------------------------------ compile
class Term:
    def __init__(s,kind,test,ident,wilds=()): s.kind=kind; s.test=test; s.ident=ident; s.wilds=wilds
def only1(o,msg="Only one key allowed in match expression"):
    if len(o)!=1: raise Bad(msg)
def tstr(v): return isstr(v)
def term(x):
    if isinstance(x,list) and not isinstance(x,Obj): raise Bad('Match value must be String, number, true, false, or null')
    if not isinstance(x,Obj):
        if isstr(x):
            a=ip(x)
            if a is not None:
                h=hexs(a); return Term('ip',iprange(h,h),('ip',h))
            return Term('str',lambda v:isstr(v) and v==x,('s',x))
        if isnum(x):
            c=comparable(x)
            return Term('num',lambda v:isnum(v) and (v==x or (c is not None and comparable(v)==c)),('n',c if c is not None else str(x)))
        return Term('lit',lambda v:v is x,('l',x))
    if not x: raise Bad('Match expression name not found')
    op,a=x[0]; more=len(x)>1
    def chk(msg="Only one key allowed in match expression"):
        if more: raise Bad(msg)
    if op=='exactly':
        if not isstr(a): raise Bad('exact match pattern must be a string')
        chk(); return Term('str',lambda v:isstr(v) and v==a,('s',a))
    if op in('prefix','suffix'):
        if isinstance(a,Obj):
            cap=op.capitalize()
            if not a: raise Bad('%s expression name not found'%cap)
            if a[0][0]!='equals-ignore-case': raise Bad('Unsupported %s pattern: %s'%(op,a[0][0]))
            if not isstr(a[0][1]): raise Bad('equals-ignore-case match pattern must be a string')
            only1(a); chk(); f=fold(a[0][1])
            if op=='prefix': return Term(op,lambda v:isstr(v) and bool(f.match(v+'"')),(op,'i',a[0][1]))
            g=re.compile('(?:'+f.pattern+')\\Z',re.S)
            return Term(op,lambda v:isstr(v) and bool(g.search('"'+v)),(op,'i',a[0][1]))
        if not isstr(a): raise Bad('%s match pattern must be a string'%op)
        chk()
        return Term(op,(lambda v:isstr(v) and ('"'+v+'"').startswith('"'+a)) if op=='prefix' else (lambda v:isstr(v) and ('"'+v+'"').endswith(a+'"')),(op,a))
    if op=='equals-ignore-case':
        if not isstr(a): raise Bad('equals-ignore-case match pattern must be a string')
        chk(); f=fold(a); return Term(op,lambda v:isstr(v) and bool(f.fullmatch(v)),(op,a))
    if op=='wildcard':
        if not isstr(a): raise Bad('wildcard match pattern must be a string')
        toks,f=wild(a); chk(); return Term(op,lambda v:isstr(v) and f(v),(op,a),(toks,))
    if op=='exists':
        if a is not True and a is not False: raise Bad('exists match pattern must be either true or false.')
        chk(); return Term('exists' if a else 'absent',lambda v:a,(op,a))
    if op=='cidr':
        if not isstr(a): raise Bad('prefix match pattern must be a string')
        b,t=cidr(a); chk(); return Term('ip',iprange(b,t),('cidr',b,t))
    if op=='numeric':
        if isinstance(a,Obj) or not isinstance(a,list): raise Bad('Value of numeric must be an array.')
        def tok(i):
            if i>=len(a): return ']'
            v=a[i]
            return '[' if isinstance(v,list) and not isinstance(v,Obj) else '{' if isinstance(v,Obj) else {None:'null',True:'true',False:'false'}.get(v,v) if not isstr(v) and not isnum(v) else v
        if not a or not isstr(a[0]): raise Bad('Invalid member in numeric match: %s'%tok(0))
        o=a[0]
        if o not in('=','<','<=','>','>='): raise Bad('Unrecognized numeric range operator: %s'%o)
        if len(a)<2 or not isnum(a[1]): raise Bad('Value of %s must be numeric'%('equals' if o=='=' else o))
        def num(t):
            c=comparable(t)
            if c is None: raise Bad('Cannot compare number : %s'%t)
            return c
        lo=hi=None; lop=hop=None
        if o in('=','<','<='):
            if len(a)>2: raise Bad('Too many elements in numeric expression')
            n=num(a[1])
            if o=='=': chk('Too many elements in numeric expression'); return Term('numeric',lambda v:isnum(v) and comparable(v)==n,('n',n))
            hi,hop=n,o
        elif len(a)==2: lo,lop=num(a[1]),o
        else:
            if not isstr(a[2]): raise Bad('Bad value in numeric range: %s'%tok(2))
            if a[2] not in('<','<='): raise Bad('Bad numeric range operator: %s'%a[2])
            if len(a)<4 or not isnum(a[3]): raise Bad('Value of %s must be numeric'%a[2])
            if len(a)>4: raise Bad('Too many terms in numeric range expression')
            lo,lop,hi,hop=num(a[1]),o,num(a[3]),a[2]
            if lo>=hi: raise Bad('Bottom must be less than top')
        chk('Too many elements in numeric expression')
        def t(v):
            if not isnum(v): return False
            c=comparable(v)
            if c is None: return False
            if lop=='>' and not c>lo or lop=='>=' and not c>=lo: return False
            return not(hop=='<' and not c<hi or hop=='<=' and not c<=hi)
        return Term('numeric',t,('range',lop,lo,hop,hi))
    if op=='anything-but':
        sub=None; b=a
        if isinstance(a,Obj):
            if not a: raise Bad('Anything-But expression name not found')
            sub,b=a[0]
            if sub not in('equals-ignore-case','prefix','suffix','wildcard'): raise Bad('Unsupported anything-but pattern: %s'%sub)
        islist=isinstance(b,list) and not isinstance(b,Obj)
        if not islist and not isstr(b) and not isnum(b): raise Bad('Value of anything-but must be an array or single string/number value.')
        L=b if islist else [b]; wl=[]
        if sub is None:
            for v in L:
                if isnum(v):
                    if comparable(v) is None: raise Bad('Cannot compare number : %s'%v)
                elif not isstr(v): raise Bad('Inside anything but list, start|null|boolean is not supported.')
            if not L or len({isnum(v) for v in L})>1: raise Bad('Inside anything but list, either all values are number or string, mixed type is not supported')
            if isnum(L[0]):
                S={comparable(v) for v in L}; f=lambda v:not(isnum(v) and comparable(v) in S and comparable(v) is not None)
            else: S=set(L); f=lambda v:not(isstr(v) and v in S)
        else:
            for v in L:
                if not isstr(v): raise Bad({'equals-ignore-case':'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.','wildcard':'wildcard match pattern must be a string'}.get(sub,'prefix/suffix match pattern must be a string'))
                if v=='' and sub in('prefix','suffix'): raise Bad('Null prefix/suffix not allowed')
            if sub=='equals-ignore-case': T=[fold(v).fullmatch for v in L]
            elif sub=='prefix': T=[lambda s,v=v:('"'+s+'"').startswith('"'+v) for v in L]
            elif sub=='suffix': T=[lambda s,v=v:('"'+s+'"').endswith(v+'"') for v in L]
            else:
                T=[]
                for v in L: tk,g=wild(v); wl.append(tk); T.append(g)
            f=lambda v:not(isstr(v) and any(t(v) for t in T))
        if isinstance(a,Obj) and len(a)>1 or more: raise Bad('Too many elements in numeric expression')
        if not L: raise Bad('INTERNAL')
        return Term('ab',f,('ab',sub,tuple(sorted(set(L)))),tuple(wl))
    raise Bad('Unrecognized match type %s'%op)
def compile(text):
    """-> list of sub-rules, each an ordered dict path -> [Term]"""
    try: root=parse(text)
    except (ValueError,RecursionError) as e: raise Bad('JSON')
    if not isinstance(root,Obj): raise Bad('Filter is not an object')
    empty=[False]
    def obj(o,path,subs,inor):
        if not o: raise Bad('Empty objects are not allowed')
        for k,v in o:
            if k=='$or':
                if isinstance(v,Obj) or not isinstance(v,list): raise Bad('It must be an Array followed with $or.')
                out=[]
                for b in v:
                    if not isinstance(b,Obj): raise Bad('Only JSON object is allowed in array of $or relationship.')
                    out+=obj(b,path,[dict(s) for s in subs],True)
                if len(v)<2: raise Bad('There must have at least 2 Objects in $or relationship.')
                subs=out; continue
            if inor and k in RES: raise Bad(k+' is Ruler reserved fieldName which cannot be used inside $or.')
            if isinstance(v,Obj): subs=obj(v,path+[k],subs,inor)
            elif isinstance(v,list):
                ts=[term(x) for x in v]
                if not ts: raise Bad('Empty arrays are not allowed')
                name='.'.join(path); name=name+'.'+k if name else k
                for s in subs: s[name]=ts
            else: raise Bad('"%s" must be an object or an array'%k)
        return subs
    subs=obj(root,[],[{}],False)
    if len(subs)>1000: raise Bad('Or operator is producing over 1000 rule combinations')
    if rule_complexity(subs)>10: raise Bad('Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character')
    return subs
class NState:
    def __init__(s): s.f={}
def rule_complexity(subs):
    """all sub-rules of a pattern share one tree of states; a state holds one byte machine per field; the largest machine counts"""
    if not any(t.wilds for s in subs for ts in s.values() for t in ts): return 0
    root=NState(); machines=[]
    for s in subs:
        states=[root]
        for k in sorted(s,key=lambda k:k.encode('utf-16-be','surrogatepass')):
            nxt=[]
            for st in states:
                m=st.f.get(k)
                if m is None: m=st.f[k]=({},{}); machines.append(m)
                terms,nx=m; last=None
                for t in s[k]:
                    if t.ident in nx: last=nx[t.ident]
                    else:
                        if last is None: last=NState()
                        nx[t.ident]=last
                    terms.setdefault(t.ident,t)
                    if last not in nxt: nxt.append(last)
            states=nxt
    return max([complexity(list(m[0].values())) for m in machines] or [0])
def complexity(ts,cap=200):
    """largest number of (state,pattern) pairs a value can keep alive at once in the NFA of the wildcard patterns of one field"""
    lit=[{}];star=[None];loop=[False];w=[set()];pre=[{}]
    def new(): lit.append({});star.append(None);loop.append(False);w.append(set());pre.append({});return len(lit)-1
    any_=[[]]
    def add(i): 
        while len(any_)<=i: any_.append([])
    ends={}
    for t in ts:
        for toks in t.wilds:
            seq=[34]+list(toks)+[34]; cur=0; prev=-1; det=True
            for i,c in enumerate(seq):
                last=i==len(seq)-1
                nxt=None
                if last: nxt=ends.get(t.ident)
                elif c is None:
                    if det: nxt=star[cur]
                elif det: nxt=pre[cur].get(c)
                created=nxt is None
                if created:
                    nxt=new(); add(nxt)
                    if last: ends[t.ident]=nxt
                    elif c is None:
                        if det: star[cur]=nxt
                    elif det: pre[cur][c]=nxt
                if c is None:
                    if nxt not in any_[nxt]: any_[cur].append(nxt); any_[nxt].append(nxt)
                    det=False
                elif last or created:
                    lit[cur].setdefault(c,[]).append(nxt)
                    if i>0 and seq[i-1] is None: lit[prev].setdefault(c,[]).append(nxt)
                w[nxt].add(t.ident); prev,cur=cur,nxt
    if len(lit)==1: return 0
    add(len(lit)-1)
    alpha={c for d in lit for c in d}|{-1}
    seen=set();todo=[frozenset([0])];best=0
    while todo:
        S=todo.pop()
        for b in alpha:
            N=set()
            for s in S:
                N.update(any_[s]); N.update(lit[s].get(b,()))
            if not N: continue
            N=frozenset(N)
            if N in seen: continue
            seen.add(N); todo.append(N)
            c=0
            for s in N:
                c+=len(w[s])
                for x in any_[s]:
                    if x not in N: c+=len(w[x])
            best=max(best,c)
            if best>=cap: return cap
    return best
# ------------------------------------------------------------------ match
def steps(path):
    p=path.split('.')
    if path=='': return ['']
    while p and p[-1]=='': p.pop()
    return p
def flatten(event,used=None):
    """-> {path: [(value, {arrayid:index})]}; floats pass through binary64 (what the service does), duplicates are all kept"""
    F=collections.defaultdict(list); ctr=[0]
    def leaf(path,v,mem):
        if isnum(v) and re.search('[.eE]',v):
            try: d=float(v)
            except OverflowError: d=float('inf')
            v=Num('1e99999' if d in(float('inf'),float('-inf')) else jdouble(d))
        F['.'.join(path)].append((v,mem))
    def walk(path,v,mem):
        if isinstance(v,Obj):
            for k,x in v:
                if used is not None and not (k in used or ('.' in k and all(q in used for q in steps(k)))): continue
                walk(path+[k],x,mem)
        elif isinstance(v,list):
            aid=ctr[0]; ctr[0]+=1
            for i,x in enumerate(v):
                if isinstance(x,list): walk(path,x,{**mem,aid:i})     # objects and nested arrays carry the position
                else: leaf(path,x,mem)                                # scalars do not
        else: leaf(path,v,mem)
    walk([],event,{})
    return F
def jdouble(d):
    r=repr(d)
    if 'e' in r: m,e=r.split('e'); return (m if '.' in m else m+'.0')+'E'+str(int(e))
    a=abs(d)
    if a!=0 and (a<1e-3 or a>=1e7):
        s='%e'%d; t=Decimal(r).as_tuple(); dig=''.join(map(str,t.digits)).rstrip('0') or '0'; exp=len(t.digits)-1+t.exponent
        return ('-' if d<0 else '')+dig[0]+'.'+(dig[1:] or '0')+'E'+str(exp)
    return r
def test(t,v):
    if t.kind=='ip':
        if isstr(v):
            a=ip(v); return a is not None and t.test(hexs(a))
        return t.test(str(v)) if isnum(v) else False
    return t.test(v)
def ok(a,b): return all(b.get(k,i)==i for k,i in a.items())
def match(subs,event):
    used={q for s in subs for p in s for q in steps(p)}     # a step no rule names is skipped; a trailing empty step is never 'used'
    F=flatten(event,used)
    for s in subs:
        keys=sorted(s,key=lambda k:k.encode('utf-16-be','surrogatepass'))
        def rec(i,mem):
            if i==len(keys): return True
            ts=s[keys[i]]; vals=F.get(keys[i],())
            if any(t.kind=='absent' for t in ts) and not any(ok(mem,m) for v,m in vals):
                if rec(i+1,mem): return True
            pos=[t for t in ts if t.kind!='absent']
            hasnum=any(t.kind in('num','numeric') and not (t.kind=='num' and isinstance(t.ident[1],str)) or t.kind=='ab' and t.ident[1] is None and isnum(t.ident[2][0]) for t in pos)
            tried=set()
            for v,m in vals:
                if not ok(mem,m): continue
                if any(test(t,v) for t in pos if not (t.kind=='ip' and hasnum and isnum(v) and comparable(v) is not None)):
                    mm={**mem,**m}; key=tuple(sorted(mm.items()))
                    if key in tried: continue
                    tried.add(key)
                    if rec(i+1,mm): return True
            return False
        if rec(0,{}): return True
    return False
def judge(p,e):
    try: subs=compile(p)
    except Bad as x: return 'invalid',str(x)
    return ('match' if match(subs,parse(e)) else 'no-match'),None
if __name__=='__main__':
    for f in sys.argv[1:]:
        n=bad=msg=0;cx=0
        for l in open(f):
            d=json.loads(l); n+=1
            g,err=judge(d['pattern'],d['event'])
            if g!=d['expect']:
                bad+=1
                if bad<=40: print('  DIFF',d['name'],'expect',d['expect'],'got',g,err or '',d.get('error','')[:100],'|',d['pattern'][:150],'|',d['event'][:120])
            elif g=='invalid' and err not in('JSON','INTERNAL') and 'error' in d:
                want=d['error'].replace('Event pattern is not valid. Reason: ','').split('\n at [')[0]
                if want!=err: msg+=1; print('  MSG',d['name'],repr(want),repr(err),d['pattern'][:100]) if msg<15 else 0
            if 'complexity' in d and g!='invalid' and len(json.loads(d['pattern']))==1 and 'complexity' in d['name']:
                x=json.loads(d['pattern']); 
                c=max(complexity(ts) for s in compile(d['pattern']) for ts in s.values())
                if c!=d['complexity']: cx+=1; print('  CX',d['complexity'],c,d['pattern']) if cx<10 else 0
        print(f,n,'cases',bad,'disagree',msg,'messages differ',cx,'complexity differ')
