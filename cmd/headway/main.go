// Command headway follows a migration that is carried out as Gerrit reviews.
package main

func main() {}
