"""page.py WHAT FILE [SECTION] - what a page of hg-report has, for its tests.

commands  the commands, one a line
rows      the rows of the tables of a section, cells between tabs
orders    the rows of its tables in each order that can be chosen, as a browser lays them out
tips      what the cells of its heat maps tell
safe      what a page must not have: scripts, handlers, addresses of the network, elements
          that hg-report does not write; nothing if all is well
"""
import signal
import sys
from html.parser import HTMLParser

KNOWN = set('''html head meta title style body header h1 h2 h3 p code nav ul li a div strong section table thead tbody
    tr th td caption span sub sup svg rect line circle text figure figcaption img pre details summary dl dt dd
    label input'''.split())


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.section, self.into, self.bad, self.commands, self.rows, self.tips = None, None, [], [], [], []
        self.sorts = []

    def handle_starttag(self, tag, attrs):
        if tag not in KNOWN:
            self.bad.append(tag)
        for name, value in attrs:
            if name.startswith('on') or name in ('src', 'href', 'data', 'action', 'xlink:href') and \
                    not value.startswith(('data:image/svg+xml,', 'data:image/png;base64,', '#')):
                self.bad.append(f'{tag} {name}={value[:60]}')
            if name == 'id':
                self.section = value
        if tag == 'img' and not dict(attrs).get('alt') or tag == 'svg' and not dict(attrs).get('aria-label'):
            self.bad.append(f'{tag} without an alternative text')
        if tag in ('tr', 'table', 'thead'):
            self.into = None
        if tag == 'tr':
            self.rows.append((self.section, []))
            if 'style' in dict(attrs):
                self.sorts[-1][2].append((dict(s.split(':') for s in dict(attrs)['style'].split(';')), self.rows[-1][1]))
        if ('class', 'sort') in attrs:
            self.sorts.append((self.section, [], []))
        if tag == 'label':
            self.into = 'label'
            self.sorts[-1][1].append('')
        if tag in ('th', 'td') and self.rows:
            self.rows[-1][1].append('')
            self.into = 'cell'
        if tag == 'pre':
            self.into = 'pre'
            self.commands.append('')
        if tag == 'title' and self.section:
            self.into = 'tip'
            self.tips.append((self.section, ''))

    def handle_endtag(self, tag):
        if tag in ('pre', 'title', 'label', 'thead', 'tbody', 'table'):
            self.into = None

    def handle_data(self, data):
        if self.into == 'cell':
            self.rows[-1][1][-1] += data.strip('\n')
        elif self.into == 'label':
            self.sorts[-1][1][-1] += data
        elif self.into == 'pre':
            self.commands[-1] += data
        elif self.into == 'tip':
            s, t = self.tips[-1]
            self.tips[-1] = s, t + data


signal.signal(signal.SIGPIPE, signal.SIG_DFL)
what, file, *section = sys.argv[1:]
page = Page()
page.feed(open(file, encoding='utf-8').read())
page.close()
if what == 'commands':
    seen = []
    for c in page.commands:
        if c not in seen:
            seen.append(c)
            print(c)
elif what == 'rows':
    for s, cells in page.rows:
        if s == section[0]:
            print('\t'.join(cells).replace('−', '-'))
elif what == 'orders':
    for s, labels, rows in page.sorts:
        for k, label in enumerate(labels):
            if s == section[0]:
                print(f'{label}:', *(cells[0] for style, cells in sorted(rows, key=lambda r: int(r[0].get(f'--k{k}', 0)))))
elif what == 'tips':
    for s, t in page.tips:
        if s == section[0]:
            print(t.replace('\n', '; ').replace('−', '-'))
else:
    print('\n'.join(page.bad), end='')
