// Reads what the ledger publishes, and publishes a log of its own, with Go's own transparency log packages.
//
//	interop check FOLDER KEY   verifies FOLDER/checkpoint, every tile and every entry, and prints the tree size
//	interop make FOLDER COUNT  writes a log of COUNT records, and prints its verifier key
//	interop time FILE entries  prints the processor seconds to hash the entries of FILE, and to build their tree, and its root
package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// C2SP leaves the height out of the path, which Go's Tile.Path has: tile/8/0/001 is tile/0/001.
func tilePath(t tlog.Tile) string {
	return strings.Replace(t.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
}

type folder string

func (f folder) Height() int { return height }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		data, err := os.ReadFile(filepath.Join(string(f), tilePath(t)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

// Bundles are named like tiles of level 0, under tile/entries.
func entries(f folder, size int64) ([][]byte, error) {
	var all [][]byte
	for n := int64(0); n<<height < size; n++ {
		t := tlog.Tile{H: height, L: 0, N: n, W: int(min(1<<height, size-n<<height))}
		path := strings.Replace(tilePath(t), "tile/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
	}
	return all, nil
}

func check(f folder, key string) error {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return err
	}
	message, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	if err != nil {
		return err
	}
	signed, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return err
	}
	lines := strings.Split(signed.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return err
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, f)
	records, err := entries(f, size)
	if err != nil {
		return err
	}
	if int64(len(records)) != size {
		return fmt.Errorf("%d entries in bundles, %d signed", len(records), size)
	}
	for i, record := range records {
		proof, err := tlog.ProveRecord(size, int64(i), reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, size, root, int64(i), tlog.RecordHash(record)); err != nil {
			return fmt.Errorf("record %d: %w", i, err)
		}
	}
	fmt.Println(size)
	return nil
}

type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, i := range indexes {
		found = append(found, m[i])
	}
	return found, nil
}

func write(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}

func publish(f string, count int64) error {
	var stored memory
	var records []string
	for i := int64(0); i < count; i++ {
		record := fmt.Sprintf("record %d of Go", i)
		records = append(records, record)
		hashes, err := tlog.StoredHashes(i, []byte(record), stored)
		if err != nil {
			return err
		}
		stored = append(stored, hashes...)
	}
	for _, t := range tlog.NewTiles(height, 0, count) {
		data, err := tlog.ReadTileData(t, stored)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(f, tilePath(t)), data); err != nil {
			return err
		}
	}
	root, err := tlog.TreeHash(count, stored)
	if err != nil {
		return err
	}
	old, err := tlog.TreeHash(count/3, stored)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(count, count/3, stored)
	if err != nil {
		return err
	}
	consistency := []string{old.String()}
	for _, hash := range proof {
		consistency = append(consistency, base64.StdEncoding.EncodeToString(hash[:]))
	}
	private, public, err := note.GenerateKey(rand.Reader, "example.com/go")
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("example.com/go\n%d\n%s\n", count, root)
	message, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		return err
	}
	for name, data := range map[string]string{
		"checkpoint":  string(message),
		"records":     strings.Join(records, "\n"),
		"consistency": strings.Join(consistency, "\n"),
	} {
		if err := write(filepath.Join(f, name), []byte(data)); err != nil {
			return err
		}
	}
	fmt.Println(public)
	return nil
}

// Of all threads, those of the garbage collector included.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func timeEntries(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var records [][]byte
	for len(data) > 0 {
		length := int(binary.BigEndian.Uint16(data))
		records = append(records, data[2:2+length])
		data = data[2+length:]
	}
	// The best of three, as everywhere in this benchmark.
	var hashing, building time.Duration
	var root tlog.Hash
	for i := range 3 {
		started := processorTime()
		var node tlog.Hash
		for _, record := range records {
			node = tlog.NodeHash(node, tlog.RecordHash(record))
		}
		hashed := processorTime()
		if root, err = buildTree(records); err != nil {
			return err
		}
		built := processorTime()
		if i == 0 || hashed-started < hashing {
			hashing = hashed - started
		}
		if i == 0 || built-hashed < building {
			building = built - hashed
		}
	}
	fmt.Println(hashing.Seconds(), building.Seconds(), root)
	return nil
}

func buildTree(records [][]byte) (tlog.Hash, error) {
	var stored memory
	for i, record := range records {
		hashes, err := tlog.StoredHashes(int64(i), record, stored)
		if err != nil {
			return tlog.Hash{}, err
		}
		stored = append(stored, hashes...)
	}
	return tlog.TreeHash(int64(len(records)), stored)
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("usage: interop check FOLDER KEY | interop make FOLDER COUNT | interop time FILE entries")
	}
	var err error
	if os.Args[1] == "check" {
		err = check(folder(os.Args[2]), os.Args[3])
	} else if os.Args[1] == "time" {
		err = timeEntries(os.Args[2])
	} else {
		var count int64
		if count, err = strconv.ParseInt(os.Args[3], 10, 64); err == nil {
			err = publish(os.Args[2], count)
		}
	}
	if err != nil {
		log.Fatal(err)
	}
}
