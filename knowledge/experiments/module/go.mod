module example.com/shop

go 1.20

require example.com/shop/sdk v0.0.0

replace example.com/shop/sdk => ./sdk
