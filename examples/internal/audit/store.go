// Package audit keeps audit events in memory.
package audit

import (
	"errors"
	"sync"
	"time"
)

// ErrEmpty is returned for an event without an action.
var ErrEmpty = errors.New("audit: the event has no action")

// Event is one thing that somebody did.
type Event struct {
	Action string    `json:"action"`
	Actor  string    `json:"actor"`
	At     time.Time `json:"at"`
}

// Store holds events in the order in which they came.
type Store struct {
	mu     sync.Mutex
	events []Event
}

// Add keeps an event; a missing time is set to now.
func (s *Store) Add(event Event) error {
	if event.Action == "" {
		return ErrEmpty
	}
	if event.At.IsZero() {
		event.At = time.Now().UTC()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, event)
	return nil
}

// ByActor returns the events of one actor; an empty actor means all.
func (s *Store) ByActor(actor string) []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []Event{}
	for _, event := range s.events {
		if actor == "" || event.Actor == actor {
			found = append(found, event)
		}
	}
	return found
}
