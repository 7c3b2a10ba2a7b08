// Go's net/rpc with its own encoding, gob: a server and a client.
//
//	go-net-rpc server server
//	go-net-rpc client client PORT KIND CONNECTIONS IN_FLIGHT BYTES WARM_UP_MS MEASURED_MS
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/rpc"
	"os"
	"runtime/debug"
	"sort"
	"strconv"
	"sync"
	"time"
)

const walletCount = 1000

func walletName(i int) string { return fmt.Sprintf("wallet-%08d", i) }
func balanceOf(i int) int64   { return 5_000_000_000 + int64(i)*7 }

// Peer is what is served.
type Peer struct{ balances map[string]int64 }

func (p *Peer) ReadBalance(wallet *string, value *int64) error {
	balance, ok := p.balances[*wallet]
	if !ok {
		balance = -1
	}
	*value = balance
	return nil
}

func (p *Peer) Echo(data *[]byte, answer *[]byte) error {
	*answer = *data
	return nil
}

func say(message map[string]any) {
	text, _ := json.Marshal(message)
	fmt.Println(string(text))
}

func fail(why any) {
	say(map[string]any{"error": fmt.Sprint(why)})
	os.Exit(1)
}

func collect() {
	debug.FreeOSMemory()
	say(map[string]any{"collected": true})
}

// Ends the process when nobody wants anything of it any more.
func listenForLines(onLine func()) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		onLine()
	}
	os.Exit(0)
}

func serve() {
	peer := &Peer{balances: map[string]int64{}}
	for i := 0; i < walletCount; i++ {
		peer.balances[walletName(i)] = balanceOf(i)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	if err := rpc.Register(peer); err != nil {
		fail(err)
	}
	go listenForLines(collect)
	say(map[string]any{"port": listener.Addr().(*net.TCPAddr).Port})
	rpc.Accept(listener)
}

func connect(port string) *rpc.Client {
	client, err := rpc.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		fail(err)
	}
	return client
}

func readBalance(client *rpc.Client, name *string, i int) {
	var value int64
	if err := client.Call("Peer.ReadBalance", name, &value); err != nil {
		fail(err)
	}
	if value != balanceOf(i) {
		fail("a wrong balance")
	}
}

func idle(port string, count int) {
	var clients []*rpc.Client
	name := walletName(0)
	open := func(until int) {
		for len(clients) < until {
			client := connect(port)
			readBalance(client, &name, 0)
			clients = append(clients, client)
		}
		say(map[string]any{"open": len(clients)})
	}
	first := 100
	if count < first {
		first = count
	}
	open(first)
	step := 0
	listenForLines(func() {
		if step == 1 {
			open(count)
		} else {
			collect()
		}
		step++
	})
}

func main() {
	if os.Args[1] == "server" {
		serve()
		return
	}
	port, kind := os.Args[3], os.Args[4]
	var numbers []int
	for _, word := range os.Args[5:] {
		number, err := strconv.Atoi(word)
		if err != nil {
			fail(err)
		}
		numbers = append(numbers, number)
	}
	connections, inFlight, bytes := numbers[0], numbers[1], numbers[2]
	if kind == "idle" {
		idle(port, connections)
		return
	}
	go listenForLines(func() {})
	warmUp := time.Duration(numbers[3]) * time.Millisecond
	measured := time.Duration(numbers[4]) * time.Millisecond
	run(port, kind, connections, inFlight, bytes, warmUp, measured)
}

func run(port, kind string, connections, inFlight, bytes int, warmUp, measured time.Duration) {
	var names []string
	for i := 0; i < walletCount; i++ {
		names = append(names, walletName(i))
	}
	data := make([]byte, bytes)
	latencies := make([][]float64, connections*inFlight)
	var clients []*rpc.Client
	for i := 0; i < connections; i++ {
		clients = append(clients, connect(port))
	}
	begin := time.Now().Add(warmUp)
	end := begin.Add(measured)
	time.AfterFunc(warmUp, func() { say(map[string]any{"begun": true}) })
	var loops sync.WaitGroup
	for i := range latencies {
		loops.Add(1)
		go func(i int) {
			defer loops.Done()
			client := clients[i%connections]
			for wallet := (i * 7) % walletCount; ; wallet = (wallet + 1) % walletCount {
				begun := time.Now()
				if begun.After(end) {
					return
				}
				if kind == "echo" {
					var answer []byte
					if err := client.Call("Peer.Echo", &data, &answer); err != nil {
						fail(err)
					}
					if len(answer) != bytes {
						fail("a wrong echo")
					}
				} else {
					readBalance(client, &names[wallet], wallet)
				}
				if done := time.Now(); done.After(begin) && done.Before(end) {
					latencies[i] = append(latencies[i], float64(done.Sub(begun))/1e3)
				}
			}
		}(i)
	}
	loops.Wait()
	var all []float64
	for _, some := range latencies {
		all = append(all, some...)
	}
	sort.Float64s(all)
	if len(all) == 0 {
		fail("no call was answered while it was measured")
	}
	say(map[string]any{
		"count": len(all), "elapsedMs": float64(measured) / 1e6,
		"p50Us": all[len(all)/2], "p99Us": all[len(all)*99/100],
	})
}
