// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import "slices"

// Tier is how much a finding matters. The words are part of the contract of
// "passerby check".
type Tier string

// The tiers, worst first.
const (
	Secret     Tier = "secret"     // whoever reads it can take something: money, an account, a name in a register
	Identifier Tier = "identifier" // leads to one person by itself
	Attribute  Tier = "attribute"  // narrows down who one is, together with others
	Probe      Tier = "probe"      // a question of the stranger's that fishes for one of the above
)

// Category is what kind of thing was found. The words are part of the contract
// of "passerby check".
type Category string

// The secrets. They are found whoever they belong to.
const (
	Card       Category = "card"        // number of a payment card
	IBAN       Category = "iban"        // number of a bank account, ISO 13616
	SeedPhrase Category = "seed_phrase" // words of a wallet, BIP-39
	PrivateKey Category = "private_key" // private keys, API secrets, bot tokens
	Password   Category = "password"    // passwords, PINs, one-time codes
	NationalID Category = "national_id" // number in a state's register of people
)

// The identifiers.
const (
	Email       Category = "email"
	Phone       Category = "phone"
	Handle      Category = "handle" // name on another service
	URL         Category = "url"
	Address     Category = "address" // street and house
	Postcode    Category = "postcode"
	Coordinates Category = "coordinates"
	BirthDate   Category = "birth_date" // day and month at least
	Name        Category = "name"       // where the writer introduces themselves
	Workplace   Category = "workplace"  // a named employer
	School      Category = "school"     // a named school
	IPAddress   Category = "ip_address" // the writer's own, public
)

// The attributes.
const (
	Age         Category = "age"
	Gender      Category = "gender"
	City        Category = "city"
	Country     Category = "country"
	Job         Category = "job"
	Nationality Category = "nationality"
	Family      Category = "family"
	Health      Category = "health"
	Orientation Category = "orientation"
	Religion    Category = "religion"
	Income      Category = "income"
	Travel      Category = "travel"
)

// The probes.
const (
	AskLocation  Category = "ask_location"
	AskContact   Category = "ask_contact"
	AskAge       Category = "ask_age"
	AskName      Category = "ask_name"
	AskImage     Category = "ask_image"
	AskMoney     Category = "ask_money"
	AskSecret    Category = "ask_secret"
	MovePlatform Category = "move_platform"
)

// returned is what rules call a question that the stranger hands back: "im 22
// from pune, hbu?" asks for age and town. It becomes the probes that it stands
// for and is never found itself.
const returned Category = "returned"

// asksFor says which probe it is to hand back a question that one has answered
// oneself.
var asksFor = map[Category]Category{
	Age: AskAge, BirthDate: AskAge,
	City: AskLocation, Country: AskLocation, Address: AskLocation, Postcode: AskLocation, Coordinates: AskLocation,
	Name:  AskName,
	Phone: AskContact, Email: AskContact, Handle: AskContact,
}

var byTier = map[Tier][]Category{
	Secret:     {Card, IBAN, SeedPhrase, PrivateKey, Password, NationalID},
	Identifier: {Email, Phone, Handle, URL, Address, Postcode, Coordinates, BirthDate, Name, Workplace, School, IPAddress},
	Attribute:  {Age, Gender, City, Country, Job, Nationality, Family, Health, Orientation, Religion, Income, Travel},
	Probe:      {AskLocation, AskContact, AskAge, AskName, AskImage, AskMoney, AskSecret, MovePlatform},
}

var tierOf = func() map[Category]Tier {
	tiers := map[Category]Tier{}
	for tier, categories := range byTier {
		for _, c := range categories {
			tiers[c] = tier
		}
	}
	return tiers
}()

// Tiers returns the tiers, worst first.
func Tiers() []Tier { return []Tier{Secret, Identifier, Attribute, Probe} }

// Categories returns the categories of a tier in a fixed order.
func Categories(t Tier) []Category { return slices.Clone(byTier[t]) }

// Tier returns the category's tier, or "" if there is no such category.
func (c Category) Tier() Tier { return tierOf[c] }
