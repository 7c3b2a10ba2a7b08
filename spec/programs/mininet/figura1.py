"""The topology of figure 1 in mininet, and the assignment's four tests on it.

A server, two emissores and two exibidores, each on a host of its own, on one switch:

    h1 servidor   h2 emissor 1   h3 emissor 2   h4 exibidor 1001   h5 exibidor 1002

`make mininet` runs the tests and prints what is typed and shown; as root,
`mn --custom spec/programs/mininet/figura1.py --topo figura1 --switch lxbr --controller none`
gives the prompt of mininet instead.
"""
import subprocess
import sys

from mininet.log import setLogLevel
from mininet.net import Mininet
from mininet.nodelib import LinuxBridge
from mininet.topo import Topo

HOSTS = 5


class Figura1(Topo):
    def build(self):
        switch = self.addSwitch('s1')
        for number in range(1, HOSTS + 1):
            self.addLink(self.addHost('h%d' % number), switch)


topos = {'figura1': Figura1}


class Program:
    """One program on one host."""

    def __init__(self, host, label, command):
        self.label = '%s %-13s' % (host.name, label)
        self.process = host.popen(
            command, shell=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=sys.stderr if label != 'servidor' else subprocess.DEVNULL,
            universal_newlines=True, bufsize=1)
        self.first = self.process.stdout.readline().rstrip('\n')
        if not self.first:
            sys.exit('%s does not start' % label)

    def type(self, line):
        print(self.label, '>', line)
        self.process.stdin.write(line + '\n')
        print(self.label, self.process.stdout.readline(), end='')

    def show(self, count):
        for _ in range(count):
            print(self.label, self.process.stdout.readline(), end='')


def four_tests(net, servidor, emissor, exibidor):
    h1, h2, h3, h4, h5 = (net['h%d' % number] for number in range(1, HOSTS + 1))
    server = Program(h1, 'servidor', servidor)
    address = '%s:%s' % (h1.IP(), server.first.split()[-1])
    shown = [Program(host, 'exibidor %d' % number, '%s %s %d' % (exibidor, address, number))
             for host, number in ((h4, 1001), (h5, 1002))]
    typed = [Program(host, 'emissor %d' % number, '%s %s %d' % (emissor, address, number))
             for host, number in ((h2, 1), (h3, 2))]
    typed[0].type('Ob-la-di')
    typed[0].type('@1002 Ob-la-da')
    typed[1].type('@1001 Life goes on, brah!!!')
    typed[0].type('/quem 1001')
    shown[0].show(3)
    shown[1].show(2)
    for program in typed:
        program.process.stdin.close()
        program.process.wait()
    server.process.terminate()
    for program in shown:
        program.process.wait()


def main():
    setLogLevel('error')
    # Otherwise it raises limits of the whole machine, which five hosts do not need.
    Mininet.inited = True
    net = Mininet(topo=Figura1(), switch=LinuxBridge, controller=None)
    net.start()
    try:
        four_tests(net, *sys.argv[1:])
    finally:
        net.stop()


if __name__ == '__main__':
    main()
