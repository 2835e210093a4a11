/** What the documentation shows: the api's pages and the README take their examples from here. */
package dev.heddle.samples.docs;
