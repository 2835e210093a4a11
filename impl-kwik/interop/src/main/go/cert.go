package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"errors"
	"math/big"
	"net"
	"time"
)

// newCertificate makes a certificate for localhost, and the SHA-256 of its DER form.
func newCertificate() (tls.Certificate, string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, "", err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: "localhost"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(240 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, "", err
	}
	sum := sha256.Sum256(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, hex.EncodeToString(sum[:]), nil
}

// clientTLS trusts the one certificate with that SHA-256, or every certificate if there is no hash.
func clientTLS(serverSHA256 string, alpn string) *tls.Config {
	return &tls.Config{
		ServerName:         "localhost",
		NextProtos:         []string{alpn},
		InsecureSkipVerify: true, // the pin below says it all
		VerifyPeerCertificate: func(chain [][]byte, _ [][]*x509.Certificate) error {
			sum := sha256.Sum256(chain[0])
			if serverSHA256 != "" && hex.EncodeToString(sum[:]) != serverSHA256 {
				return errors.New("the server's certificate is not the one it announced")
			}
			return nil
		},
	}
}
